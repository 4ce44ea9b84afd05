/** The part of the WebAssembly interface that is used, which Node's types lack; undefined where the engine has none. */

export interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer
  /** Detaches the buffer. @throws RangeError beyond the maximum or without memory */
  grow(pages: number): number
}

export interface WebAssemblyApi {
  /** Whether the engine knows everything that the module uses. */
  validate(bytes: Uint8Array): boolean
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> }
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => WebAssemblyMemory
}

/** Bytes of a page of memory. */
export const pageBytes = 65_536

export function webAssembly(): WebAssemblyApi | undefined {
  return (globalThis as { readonly WebAssembly?: unknown }).WebAssembly as WebAssemblyApi | undefined
}
