/** For tests: the faulty token with a P-256 key, whose signatures this process makes when the module asks for them. */
import { existsSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { p256 } from '@noble/curves/nist.js'
import { concatBytes } from '../../../core/bytes.ts'
import { keyTypes, mechanisms } from '../cryptoki.ts'
import { FaultyToken } from './faulty-token.ts'

export class P256Token extends FaultyToken {
  readonly secretKey = p256.utils.randomSecretKey()
  /** 0x04 ‖ x ‖ y. */
  readonly point = p256.getPublicKey(this.secretKey, false)
  /** What becomes of a signature before the token answers it. */
  answer: (signature: Uint8Array) => Uint8Array = (signature) => signature
  /** Of what it has signed, in order. */
  readonly digests: Uint8Array[] = []
  readonly #watcher = watch(this.folder, () => this.#signAsked())

  constructor() {
    super()
    // DER OCTET STRING, as the standard has it.
    writeFileSync(join(this.folder, 'public-key.bin'), concatBytes(Uint8Array.of(0x04, this.point.length), this.point))
    this.set({
      'key-type': keyTypes.EC,
      mechanism: mechanisms.ECDSA,
      'keygen-mechanism': mechanisms.EC_KEY_PAIR_GEN,
      sign: 'ask',
    })
  }

  #signAsked(): void {
    const path = join(this.folder, 'to-sign.bin')
    if (!existsSync(path)) return
    const digest = Uint8Array.from(readFileSync(path))
    rmSync(path)
    this.digests.push(digest)
    const signature = this.answer(p256.sign(digest, this.secretKey, { prehash: false, lowS: false }))
    writeFileSync(join(this.folder, 'signature.new'), signature)
    renameSync(join(this.folder, 'signature.new'), join(this.folder, 'signature.bin'))
  }

  override remove(): void {
    this.#watcher.close()
    super.remove()
  }
}
