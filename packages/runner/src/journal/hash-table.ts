import { hash as digest } from "node:crypto";

const EMPTY = 0n;

type NumberArray = Float64Array | Uint32Array | Uint8Array;
type NumberArrayType = new (length: number) => NumberArray;

/**
 * A map from keys to numbers at 16 bytes an entry, 12 or 9: open addressing over 64-bit hashes of the keys in typed arrays.
 * A million keys of a batch fit in 32 MB, where a `Map` of strings needs over 100. Two of a million keys share a hash
 * with a probability of 3e-8.
 */
export class HashTable {
  #hashes: BigUint64Array = new BigUint64Array(1024);
  #values: NumberArray;
  readonly #ArrayType: NumberArrayType;
  #size = 0;

  /** @param ArrayType what the values have to fit into. @defaultValue `Float64Array` */
  constructor(ArrayType: NumberArrayType = Float64Array) {
    this.#ArrayType = ArrayType;
    this.#values = new ArrayType(1024);
  }

  get size(): number {
    return this.#size;
  }

  get(key: string): number | undefined {
    const slot = this.#find(hash64(key));
    return this.#hashes[slot] === EMPTY ? undefined : this.#values[slot];
  }

  set(key: string, value: number): void {
    if (this.#size * 4 >= this.#hashes.length * 3) this.#grow();
    this.#put(hash64(key), value);
  }

  #put(hash: bigint, value: number): void {
    const slot = this.#find(hash);
    if (this.#hashes[slot] === EMPTY) this.#size++;
    this.#hashes[slot] = hash;
    this.#values[slot] = value;
  }

  #find(hash: bigint): number {
    const mask = this.#hashes.length - 1;
    let slot = Number(hash & 0xffffffffn) & mask;
    while (this.#hashes[slot] !== EMPTY && this.#hashes[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [hashes, values] = [this.#hashes, this.#values];
    this.#hashes = new BigUint64Array(hashes.length * 2);
    this.#values = new this.#ArrayType(values.length * 2);
    this.#size = 0;
    for (let slot = 0; slot < hashes.length; slot++) {
      const hash = hashes[slot];
      if (hash !== undefined && hash !== EMPTY) this.#put(hash, values[slot] ?? 0);
    }
  }
}

function hash64(key: string): bigint {
  // One call: a Hash object for each of a million keys would be memory that is freed late.
  const hash = BigInt(`0x${digest("sha1", key, "hex").slice(0, 16)}`);
  return hash === EMPTY ? 1n : hash;
}
