/** A generator of numbers from 0 up to, but not including, 1: the same ones in every run with the same seed. */
export function seededRandom(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x8000_0000;
  };
}
