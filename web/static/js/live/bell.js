// A soft tone for people at the desk when somebody needs them, again and again until it is claimed.
const AGAIN = 8000;
let context = null;

export function ring() {
  try {
    context ??= new AudioContext();
    for (const [at, pitch] of [[0, 660], [0.22, 880]]) tone(context.currentTime + at, pitch);
  } catch {
    context = null; // no sound device: the banner and the title still say it
  }
}

export function ringWhile(isNeeded) {
  setInterval(() => { if (isNeeded()) ring(); }, AGAIN);
}

function tone(at, pitch) {
  const source = context.createOscillator();
  const volume = context.createGain();
  source.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.2, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.2);
  source.connect(volume).connect(context.destination);
  source.start(at);
  source.stop(at + 0.22);
}
