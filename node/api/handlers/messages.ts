/** messages.* */
import { fromHex } from '../../core/bytes.ts'
import type { NodeServices } from '../../services/types.ts'
import type { Guarded } from './guard.ts'

export function messagesHandlers(os: Guarded['messages'], messages: NodeServices['messages']) {
  return {
    sign: os.sign.handler(({ input, context }) => messages.sign({ ...input, tokenId: context.tokenId })),
    verify: os.verify.handler(({ input }) => {
      const { signature, publicKey, ...rest } = input
      return messages.verify({
        ...rest,
        signature: bytesOf(signature),
        publicKey: publicKey === undefined ? undefined : bytesOf(publicKey),
      })
    }),
  }
}

/** The input's schema lets hex through only. */
function bytesOf(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array()
}
