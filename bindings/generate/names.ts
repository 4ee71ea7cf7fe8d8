// The spelling of names on each side of the border, decided here alone.

/** crps_ensemble -> crpsEnsemble; a trailing underscore (a C++ keyword avoided) is dropped. */
export function camelCase(name: string): string {
  return plain(name).replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** crps_ensemble_options -> CrpsEnsembleOptions. */
export function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

/** int_ -> int. */
export function plain(name: string): string {
  return name.replace(/_$/, '');
}

/** A name that JavaScript keeps for itself gets a trailing underscore. */
export function safeJs(name: string): string {
  return reserved.has(name) ? `${name}_` : name;
}

const reserved = new Set(
  (
    'await break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if implements import in instanceof interface let new null package private protected public return static ' +
    'super switch this throw true try typeof var void while with yield arguments eval'
  ).split(' '),
);
