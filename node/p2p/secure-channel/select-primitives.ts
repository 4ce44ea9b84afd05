/**
 * Chooses for each primitive of the channel node:crypto's where that gives the standard's answer, else the portable one: Electron's
 * node:crypto, for one, has X25519 and no ChaCha20. Small frames are sealed in WebAssembly, for which node:crypto takes ten times as long.
 */
import { NodeError } from '../../core/node-error.ts'
import { knownAnswers } from './known-answers.ts'
import { limits } from './limits.ts'
import { noblePrimitives } from './noble-primitives.ts'
import { createNodePrimitives } from './node-primitives.ts'
import type { ChannelCipher, ChannelPrimitives } from './primitives.ts'
import { createWasmCipher } from './wasm-cipher.ts'

const names = Object.keys(knownAnswers) as (keyof ChannelPrimitives)[]

export interface SelectedPrimitives {
  readonly primitives: ChannelPrimitives
  /** Those that are plain JavaScript for want of a better one; to be logged. */
  readonly portable: readonly (keyof ChannelPrimitives)[]
}

export interface PrimitiveCandidates {
  /** Undefined where there is no node:crypto. */
  readonly node?: ChannelPrimitives | undefined
  /** Undefined where there is no WebAssembly. */
  readonly wasm?: ChannelCipher | undefined
  readonly fallback?: ChannelPrimitives
}

/** @throws NodeError CRYPTO_SELF_TEST_FAILED where the portable one answers wrongly too */
export function selectPrimitives({
  node = undefined,
  wasm = undefined,
  fallback = noblePrimitives,
}: PrimitiveCandidates): SelectedPrimitives {
  const portable: (keyof ChannelPrimitives)[] = []
  const chosen: Record<string, unknown> = {}
  for (const name of names) {
    if (node !== undefined && knownAnswers[name](node)) {
      chosen[name] = node[name]
      continue
    }
    if (!knownAnswers[name](fallback)) {
      throw new NodeError('CRYPTO_SELF_TEST_FAILED', `no ${name} of the secure channel can be used`, {
        hint: 'Install the program again; if that does not help, this machine computes wrongly.',
      })
    }
    chosen[name] = fallback[name]
    portable.push(name)
  }
  const primitives = chosen as unknown as ChannelPrimitives
  const isWasmSound =
    wasm !== undefined && knownAnswers.seal({ ...primitives, ...wasm }) && knownAnswers.open({ ...primitives, ...wasm })
  if (!isWasmSound) return { primitives, portable }
  const { seal, open } = bySize(wasm, primitives, portable)
  return {
    primitives: { ...primitives, seal, open },
    portable: portable.filter((name) => name !== 'seal' && name !== 'open'),
  }
}

/** WebAssembly for what is small, and for all where the other cipher is plain JavaScript. */
function bySize(
  wasm: ChannelCipher,
  other: ChannelCipher,
  portable: readonly (keyof ChannelPrimitives)[],
): ChannelCipher {
  const upTo = (name: 'seal' | 'open'): number =>
    portable.includes(name) ? Number.POSITIVE_INFINITY : limits.maxWasmFrameBytes
  const [maxSealBytes, maxOpenBytes] = [upTo('seal'), upTo('open')]
  return {
    seal: (key, nonce, data, plaintext, headroomBytes) =>
      (plaintext.length <= maxSealBytes ? wasm : other).seal(key, nonce, data, plaintext, headroomBytes),
    open: (key, nonce, data, ciphertext) =>
      (ciphertext.length <= maxOpenBytes ? wasm : other).open(key, nonce, data, ciphertext),
  }
}

let selected: SelectedPrimitives | undefined

/** The process's primitives, chosen and tested on first use (a few ms). */
export function defaultPrimitives(): ChannelPrimitives {
  selected ??= selectPrimitives({ node: createNodePrimitives(), wasm: createWasmCipher() })
  return selected.primitives
}

/** Ed25519 by the process's primitives, for what else peers sign. */
export const verifyEd25519: ChannelPrimitives['verifyEd25519'] = (publicKey, message, signature) =>
  defaultPrimitives().verifyEd25519(publicKey, message, signature)
