// What else npm has for some cases, on the same numbers. The packages are those of benchmarks/js/package.json.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

async function stdlibExp({ values, out }) {
  const { default: exp } = await import('@stdlib/math-base-special-exp');
  return () => {
    for (let i = 0; i < values.length; i++) out[i] = exp(values[i]);
  };
}

async function stdlibLog({ values, out }) {
  const { default: ln } = await import('@stdlib/math-base-special-ln');
  return () => {
    for (let i = 0; i < values.length; i++) out[i] = ln(values[i]);
  };
}

/** TensorFlow.js in WebAssembly: mean cross-entropy and its gradient, softmax minus one-hot labels over n. */
async function tensorflowCrossEntropy({ labels, logits, classes }) {
  const tf = await import('@tensorflow/tfjs-core');
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(main)}/`);
  await tf.setBackend('wasm');
  const rows = labels.length;
  const z = tf.tensor2d(logits, [rows, classes]);
  const y = tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), classes), 'float32');
  return () =>
    tf.tidy(() => {
      const loss = tf.losses.softmaxCrossEntropy(y, z);
      const grad = tf.div(tf.sub(tf.softmax(z), y), rows);
      grad.dataSync();
      return loss.dataSync()[0];
    });
}

const peers = new Map([
  ['elementary/exp/f64/n=1e6', ['@stdlib/math-base-special-exp', stdlibExp]],
  ['elementary/log/f64/n=1e6', ['@stdlib/math-base-special-ln', stdlibLog]],
  ['losses/cross_entropy_grad/f32/4096x1000', ['@tensorflow/tfjs-backend-wasm', tensorflowCrossEntropy]],
]);

/** Name and call of the peer of a case on its data; undefined where there is none or it is not installed. */
export async function peerOf(name, data) {
  const [peer, load] = peers.get(name) ?? [];
  if (peer === undefined) return undefined;
  try {
    return { peer, call: await load(data) };
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
