/** Whether a text can be the full path of a genesis file: a relative one would be looked for where the program was started. */
import { contractLimits } from '../../../node/api/contract/index.ts'

export function isGenesisPath(text: string): boolean {
  return text.length <= contractLimits.maxPathCharacters && /^(?:\/|[A-Za-z]:[\\/]|\\\\).+/.test(text)
}
