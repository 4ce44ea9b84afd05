/**
 * Messages that people sign with an account, to show that it is theirs without paying anything. The tag keeps such a
 * signature from ever standing for a transaction, the chain id from standing for a message on another network.
 * Source: docs/protocol.md, "Messages that people sign".
 */
import { concatBytes, utf8 } from '../core/bytes.ts'
import { canonicalEncode } from '../core/canonical.ts'
import { type Codec, fixedBytes, hasCanonicalText, record, textUpTo } from '../core/codec.ts'
import { domainTags } from '../core/domain-tags.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type AccountId, accountIdBytes } from '../ledger/index.ts'
import { serviceLimits } from './limits.ts'

export interface PersonalMessage {
  readonly account: AccountId
  readonly text: string
}

export type MessageError =
  /** Half of a surrogate pair, or a byte order mark at the start: it could not be read back as it was written. */
  | { code: 'MESSAGE_INVALID' }
  /** More UTF-8 than a person reads before signing. */
  | { code: 'MESSAGE_TOO_LONG'; maxBytes: number }

const messageCodec: Codec<PersonalMessage> = record({
  account: fixedBytes(accountIdBytes),
  text: textUpTo(serviceLimits.maxMessageBytes),
})

/** What the signature covers: tag ‖ chainId ‖ canonical [account, text]. */
export function signedMessageBytes(chainId: Uint8Array, message: PersonalMessage): Result<Uint8Array, MessageError> {
  if (!hasCanonicalText(message.text)) return err({ code: 'MESSAGE_INVALID' })
  const maxBytes = serviceLimits.maxMessageBytes
  if (utf8(message.text).length > maxBytes) return err({ code: 'MESSAGE_TOO_LONG', maxBytes })
  return ok(concatBytes(domainTags.message, chainId, canonicalEncode(messageCodec, message)))
}
