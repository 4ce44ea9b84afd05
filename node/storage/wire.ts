/**
 * How rows travel to the worker: all writes of a moment in one buffer that is handed over, not cloned. A structured
 * clone would copy each row's byte strings one by one, and for a view of a large buffer the whole of that buffer.
 * Never stored, and both ends are of one build, so there is no version in it.
 */
import { maxU64 } from '../core/amount.ts'
import { utf8 } from '../core/bytes.ts'
import { invalidRow } from './errors.ts'

const initialBytes = 16 * 1024

export class WireWriter {
  #buffer = new Uint8Array(initialBytes)
  #view = new DataView(this.#buffer.buffer)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Forgets what was written past `length`: a row that turned out invalid halfway. */
  cutBackTo(length: number): void {
    this.#length = length
  }

  /** The bytes so far; they belong to the caller, and the writer starts afresh. */
  take(): Uint8Array {
    const taken = this.#buffer.subarray(0, this.#length)
    this.#buffer = new Uint8Array(initialBytes)
    this.#view = new DataView(this.#buffer.buffer)
    this.#length = 0
    return taken
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#buffer[this.#length++] = value
  }

  float(value: number): void {
    this.#reserve(8)
    this.#view.setFloat64(this.#length, value)
    this.#length += 8
  }

  uint64(value: bigint): void {
    this.#reserve(8)
    this.#view.setBigUint64(this.#length, value)
    this.#length += 8
  }

  bytes(value: Uint8Array): void {
    this.#reserve(4 + value.length)
    this.#view.setUint32(this.#length, value.length)
    this.#buffer.set(value, this.#length + 4)
    this.#length += 4 + value.length
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#buffer.length) return
    const grown = new Uint8Array(Math.max(needed, 2 * this.#buffer.length))
    grown.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = grown
    this.#view = new DataView(grown.buffer)
  }
}

const textDecoder = new TextDecoder()

/** Reads what a WireWriter wrote; byte strings are views of the buffer. */
export class WireReader {
  readonly #buffer: Uint8Array
  readonly #view: DataView
  #offset = 0

  constructor(buffer: Uint8Array) {
    this.#buffer = buffer
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  }

  byte(): number {
    return this.#view.getUint8(this.#offset++)
  }

  float(): number {
    this.#offset += 8
    return this.#view.getFloat64(this.#offset - 8)
  }

  uint64(): bigint {
    this.#offset += 8
    return this.#view.getBigUint64(this.#offset - 8)
  }

  bytes(): Uint8Array {
    const length = this.#view.getUint32(this.#offset)
    const start = this.#offset + 4
    this.#offset = start + length
    return this.#buffer.subarray(start, this.#offset)
  }
}

/** How one type is written and read. write throws STORAGE_ROW_INVALID for a value out of range. */
export interface WireType<T> {
  write(writer: WireWriter, value: T): void
  read(reader: WireReader): T
}

export type WireValue<W> = W extends WireType<infer T> ? T : never

/** Integer from 0 to 2^53 − 1. */
export const uint: WireType<number> = {
  write: (writer, value) => {
    if (!Number.isSafeInteger(value) || value < 0) throw invalidRow('an integer from 0 to 2^53 − 1 is expected')
    writer.float(value)
  },
  read: (reader) => reader.float(),
}

export const u64: WireType<bigint> = {
  write: (writer, value) => {
    if (typeof value !== 'bigint' || value < 0n || value > maxU64) {
      throw invalidRow('an unsigned 64-bit integer is expected')
    }
    writer.uint64(value)
  },
  read: (reader) => reader.uint64(),
}

export const bytes: WireType<Uint8Array> = {
  write: (writer, value) => {
    if (!(value instanceof Uint8Array)) throw invalidRow('bytes are expected')
    writer.bytes(value)
  },
  read: (reader) => reader.bytes(),
}

export const bool: WireType<boolean> = {
  write: (writer, value) => writer.byte(value ? 1 : 0),
  read: (reader) => reader.byte() === 1,
}

export const text: WireType<string> = {
  write: (writer, value) => {
    // SQLite ends text at a zero byte in some of its functions, and a lone surrogate has no UTF-8.
    if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) {
      throw invalidRow('well-formed text is expected')
    }
    writer.bytes(utf8(value))
  },
  read: (reader) => textDecoder.decode(reader.bytes()),
}

export function oneOf<const T extends string>(...names: readonly T[]): WireType<T> {
  return {
    write: (writer, value) => {
      const index = names.indexOf(value)
      if (index < 0) throw invalidRow(`one of ${names.join(', ')} is expected`)
      writer.byte(index)
    },
    read: (reader) => names[reader.byte()] as T,
  }
}

export function nullable<T>(type: WireType<T>): WireType<T | null> {
  return {
    write: (writer, value) => {
      writer.byte(value === null ? 0 : 1)
      if (value !== null) type.write(writer, value)
    },
    read: (reader) => (reader.byte() === 0 ? null : type.read(reader)),
  }
}

export function listOf<T>(type: WireType<T>): WireType<readonly T[]> {
  return {
    write: (writer, values) => {
      if (!Array.isArray(values)) throw invalidRow('a list is expected')
      writer.float(values.length)
      for (const value of values) type.write(writer, value)
    },
    read: (reader) => {
      const length = reader.float()
      const values: T[] = []
      for (let i = 0; i < length; i++) values.push(type.read(reader))
      return values
    },
  }
}

/** The fields of T in the order they are written here. */
export function record<T extends object>(fields: { readonly [K in keyof T]-?: WireType<T[K]> }): WireType<T> {
  const entries = Object.entries(fields) as [keyof T & string, WireType<unknown>][]
  return {
    write: (writer, value) => {
      for (const [name, type] of entries) type.write(writer, value[name])
    },
    read: (reader) => {
      const value: Record<string, unknown> = {}
      for (const [name, type] of entries) value[name] = type.read(reader)
      return value as T
    },
  }
}
