/** The rules every ML-KEM-768 backend keeps, written once: the input checks of FIPS 203 §7.2 and §7.3, and destruction. */
import { NodeError } from '../../core/node-error.ts'
import { isEncapsulationKey, kemParameters } from '../kem-parameters.ts'
import type { BackendName, KemBackend } from '../types.ts'
import { keyDestroyed, seedLengthInvalid } from './key-faults.ts'

/** @typeParam Private expanded private key */
export interface KemPrimitives<Private> {
  readonly name: BackendName
  /** @param seed 64 bytes, not to be kept */
  expand(seed: Uint8Array): { readonly privateKey: Private; readonly encapsulationKey: Uint8Array }
  wipe(privateKey: Private): void
  /** @param encapsulationKey that has passed the check of §7.2 */
  encapsulate(encapsulationKey: Uint8Array): { readonly ciphertext: Uint8Array; readonly sharedSecret: Uint8Array }
  /** @param ciphertext of 1,088 bytes */
  decapsulate(privateKey: Private, ciphertext: Uint8Array): Uint8Array
}

export function defineKemBackend<Private>(primitives: KemPrimitives<Private>): KemBackend {
  const openDecapsulationKey: KemBackend['openDecapsulationKey'] = (seed) => {
    if (seed.length !== kemParameters.seedBytes) throw seedLengthInvalid(kemParameters.seedBytes)
    const expanded = primitives.expand(seed)
    let privateKey: Private | undefined = expanded.privateKey
    return {
      encapsulationKey: expanded.encapsulationKey,
      decapsulate(ciphertext) {
        if (privateKey === undefined) throw keyDestroyed()
        // The other check of §7.3, the hash inside the key, holds by construction: keys come from seeds only.
        if (ciphertext.length !== kemParameters.ciphertextBytes) {
          throw new NodeError('CIPHERTEXT_INVALID', `a ciphertext of ${kemParameters.ciphertextBytes} bytes is needed`)
        }
        return primitives.decapsulate(privateKey, ciphertext)
      },
      destroy() {
        if (privateKey === undefined) return
        primitives.wipe(privateKey)
        privateKey = undefined
      },
    }
  }

  return {
    name: primitives.name,
    keygen(seed) {
      const key = openDecapsulationKey(seed)
      key.destroy()
      return { encapsulationKey: key.encapsulationKey }
    },
    openDecapsulationKey,
    encapsulate(encapsulationKey) {
      if (!isEncapsulationKey(encapsulationKey)) {
        throw new NodeError('ENCAPSULATION_KEY_INVALID', 'the encapsulation key has a wrong length or unreduced values')
      }
      return primitives.encapsulate(encapsulationKey)
    },
    decapsulate(seed, ciphertext) {
      const key = openDecapsulationKey(seed)
      try {
        return key.decapsulate(ciphertext)
      } finally {
        key.destroy()
      }
    },
  }
}
