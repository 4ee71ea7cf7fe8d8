/** The command line: one command a job, options checked before any file is read. Exit code 0, or 2 with one line why. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { AssayError, init } from 'assay';
import { api } from 'assay/internal';
import { calibrationReport } from './calibration';
import { describe, evaluateLines, listFunctions } from './functions';
import { InputError } from './input_error';
import { deliver, type Output, type Report } from './report';
import { scoreReport } from './score';
import { tournamentReport } from './tournament';

declare const ASSAY_VERSION: string; // set by the bundler from package.json

const number =
  (wants: string, allowed: (value: number) => boolean) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !allowed(value)) throw new InvalidArgumentError(`wants ${wants}`);
    return value;
  };
const positiveInteger = number('a whole number above 0', (value) => Number.isSafeInteger(value) && value > 0);
const wholeNumber = number('a whole number', (value) => Number.isSafeInteger(value) && value >= 0);
const share = number('a number between 0 and 1', (value) => value > 0 && value < 1);
const positive = number('a number of 0 or more', (value) => Number.isFinite(value) && value >= 0);

const list =
  (item: (text: string) => number) =>
  (text: string): readonly number[] =>
    text.split(',').map(item);
const numbers = list(number('numbers, separated by commas', Number.isFinite));
const shares = list(share);
const families = (api.enums.find(({ name }) => name === 'distribution_family')?.values ?? []).map(
  ({ name }) => name,
);

/** Options of every command that prints a report. */
function reporting(command: Command): Command {
  return command
    .addOption(new Option('--seed <n>', 'seed of all random numbers').argParser(wholeNumber).default(1))
    .addOption(new Option('--level <p>', 'level of the intervals').argParser(share).default(0.9))
    .option('--json', 'print JSON at full precision instead of tables')
    .option('--html <file>', 'also write a self-contained page with figures');
}

const bootstrapOption = (): Option =>
  new Option('--bootstrap <n>', 'bootstrap samples').argParser(positiveInteger).default(1000);

async function report<Options extends Output>(make: () => Promise<Report>, options: Options): Promise<void> {
  await init();
  deliver(await make(), options);
}

type Reporting = Output & { readonly seed: number; readonly level: number };
type ScoreFlags = Reporting & Parameters<typeof scoreReport>[1];
type CalibrationFlags = Reporting & Parameters<typeof calibrationReport>[1];
type TournamentFlags = Reporting & Parameters<typeof tournamentReport>[1];

export const program = new Command('assay')
  .description('Judge probabilistic predictions and fields of competitors.')
  .version(ASSAY_VERSION)
  .showHelpAfterError()
  .exitOverride();

program
  .command('functions')
  .description('list every function')
  .option('--json', 'as JSON')
  .action(listFunctions);
program.command('describe <name>').description('show what a function does and takes').action(describe);
program
  .command('eval')
  .description('answer JSON requests from standard input, one a line: {"id", "function", "args"}')
  .action(async () => {
    await init();
    await evaluateLines(process.stdin, process.stdout);
  });

reporting(program.command('score <file>'))
  .description('judge the forecasts of a table (CSV, JSON Lines, Parquet): all scores that they allow')
  .requiredOption('--observation <column>', 'column of the observations')
  .option('--members <pattern>', "columns of an ensemble, such as 'member_*'")
  .option('--quantiles <pattern>', "columns of quantiles, such as 'q*', levels in their names")
  .addOption(
    new Option('--levels <p,p,...>', 'levels of the quantiles, if not in the names').argParser(shares),
  )
  .addOption(new Option('--distribution <name>', 'family of forecasts').choices(families))
  .option('--parameters <columns>', 'columns of its parameters, in the order of crps_<name>')
  .option('--by <column>', 'judge each value of this column by itself')
  .option(
    '--reference <pattern...>',
    'columns of other forecasts to compare with; default is climatology',
    [],
  )
  .addOption(new Option('--thresholds <x,x,...>', 'judge probabilities of more than each').argParser(numbers))
  .addOption(
    new Option('--estimator <name>', 'CRPS').choices(['fair', 'standard', 'almost_fair']).default('fair'),
  )
  .addOption(new Option('--alpha <a>', 'mixture of almost_fair').argParser(positive).default(0.95))
  .addOption(new Option('--missing <rule>', 'missing cells').choices(['raise', 'omit']).default('raise'))
  .addOption(bootstrapOption())
  .addOption(
    new Option('--block <n>', 'rows drawn together, for serially dependent scores')
      .argParser(positiveInteger)
      .default(1),
  )
  .addOption(
    new Option('--horizon <n>', 'steps that the forecasts look ahead, for the test')
      .argParser(positiveInteger)
      .default(1),
  )
  .addOption(new Option('--bins <n>', 'bins of PIT and reliability').argParser(positiveInteger).default(10))
  .action((file: string, options: ScoreFlags) => report(() => scoreReport(file, options), options));

reporting(program.command('calibration <file>'))
  .description('judge the calibration of binary probabilities in a table')
  .requiredOption('--label <column>', 'column of the labels, 0 or 1')
  .requiredOption('--probability <column>', 'column of the probabilities of label 1')
  .option('--weight <column>', 'column of the weights of the rows')
  .option('--by <column>', 'judge each value of this column by itself')
  .addOption(new Option('--bins <n>', 'bins of equal width').argParser(positiveInteger).default(10))
  .addOption(bootstrapOption())
  .action((file: string, options: CalibrationFlags) =>
    report(() => calibrationReport(file, options), options),
  );

reporting(program.command('tournament <file>'))
  .description('simulate competitive Swiss tournaments between the columns of a table of scores')
  .addOption(
    new Option('--rounds-from <axis>', 'whether a round is a row or a column of the table')
      .choices(['rows', 'columns'])
      .default('rows'),
  )
  .option('--rounds <names>', 'play only these rounds, in this order, separated by commas')
  .addOption(
    new Option('--simulations <n>', 'tournaments to play').argParser(positiveInteger).default(100_000),
  )
  .addOption(
    new Option('--eliminate <t>', 'competitors that leave after each round')
      .argParser(wholeNumber)
      .default(0),
  )
  .addOption(new Option('--ties <rule>', 'points for equal scores').choices(['half', 'none']).default('half'))
  .addOption(
    new Option('--target-standard-error <x>', 'stop early when every mean is this precise')
      .argParser(positive)
      .default(0),
  )
  .addOption(
    new Option('--workers <n>', 'threads; the result does not depend on it').argParser(positiveInteger),
  )
  .action((file: string, options: TournamentFlags) => report(() => tournamentReport(file, options), options));

/** Runs the command line and gives the exit code. */
export async function main(words: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof InputError || error instanceof AssayError) console.error(`assay: ${error.message}`);
    else if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : 2;
    else throw error;
    return 2;
  }
}
