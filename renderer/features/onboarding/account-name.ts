/** Names of accounts, before the node is asked: it checks them again (LABEL_INVALID). */

/** Code points of a name: one line of a list. */
export const maxNameCharacters = 64

/** Control, format (bidirectional overrides, zero width), private, unassigned, line and paragraph separators. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/u
/** A name that reads like an address could make somebody pay the wrong account. */
const looksLikeAddress = /^ruv[a-z]?1/i

/** @param name trimmed, in Unicode's NFC form */
export function isAccountName(name: string): boolean {
  return name !== '' && [...name].length <= maxNameCharacters && !invisible.test(name) && !looksLikeAddress.test(name)
}
