/** A tensor's entry in the file's list. */
export interface GgufTensor {
  name: string;
  /** Sizes of its dimensions, fastest first. */
  shape: number[];
  /** Number of its element type, as the file has it. */
  type: number;
  /** Where its data begins, from where those of all tensors begin. */
  offset: number;
}

/** A metadata value; numbers of 64 bits beyond the safe range are `bigint`. */
export type GgufValue = string | number | bigint | boolean | GgufValue[];

/** A metadata value with the type that the file gives it. */
export interface GgufEntry {
  type: GgufType;
  /** Type of an array's elements. */
  itemType?: GgufType;
  value: GgufValue;
}

/** The numbers by which a GGUF file names the types of its values. */
export enum GgufType {
  uint8 = 0,
  int8 = 1,
  uint16 = 2,
  int16 = 3,
  uint32 = 4,
  int32 = 5,
  float32 = 6,
  bool = 7,
  string = 8,
  array = 9,
  uint64 = 10,
  int64 = 11,
  float64 = 12,
}

/** What the head of a GGUF file says: everything but the tensors' data. */
export interface GgufFile {
  version: number;
  metadata: Map<string, GgufEntry>;
  tensors: GgufTensor[];
  /** Where the tensors' data begins in the file. */
  dataStart: number;
}

/** The bytes are no GGUF, or a damaged one. */
export class GgufError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "GgufError";
  }
}
