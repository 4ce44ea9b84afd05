/** Compiles a module and gives it a memory of its own. */
import { base64 } from '@scure/base'
import { err, ok, type Result } from '../../core/result.ts'
import type { BackendUnavailable } from '../types.ts'
import { type WebAssemblyMemory, webAssembly } from './web-assembly.ts'

/** An address or a length that a module exports. */
export interface Address {
  readonly value: number
}

/**
 * @typeParam Exports what the module exports; it is ours, and a test compares it with its sources
 * @param name of the module, for the reason it cannot be had
 * @param pages of memory, 64 KiB each: the engine enforces the maximum
 */
export function instantiate<Exports>(
  name: string,
  moduleBase64: string,
  pages: { readonly initial: number; readonly maximum: number },
): Result<{ readonly exports: Exports; readonly memory: WebAssemblyMemory }, BackendUnavailable> {
  const api = webAssembly()
  if (api === undefined) return unavailable('there is no WebAssembly here')
  try {
    const bytes = base64.decode(moduleBase64)
    if (!api.validate(bytes)) return unavailable('WebAssembly has no SIMD here')
    const memory = new api.Memory(pages)
    const { exports } = new api.Instance(new api.Module(bytes), { env: { memory } })
    return ok({ exports: exports as Exports, memory })
  } catch (cause) {
    // A content policy that forbids it, an engine that compiles nothing of this size at once, or no memory.
    return unavailable(`WebAssembly refused the ${name}: ${cause instanceof Error ? cause.message : 'unknown reason'}`)
  }
}

function unavailable(reason: string): Result<never, BackendUnavailable> {
  return err({ code: 'BACKEND_UNAVAILABLE', reason })
}
