/** How many accounts a restore derives at least, as it is typed. */
import { limits } from './limits.ts'

export type AccountCount = { readonly ok: true; readonly accounts: number | undefined } | { readonly ok: false }

/** '' leaves it to the node. */
export function readAccountCount(typed: string): AccountCount {
  const text = typed.trim()
  if (text === '') return { ok: true, accounts: undefined }
  if (!/^\d{1,4}$/.test(text)) return { ok: false }
  const accounts = Number(text)
  return accounts >= 1 && accounts <= limits.maxRestoredAccounts ? { ok: true, accounts } : { ok: false }
}
