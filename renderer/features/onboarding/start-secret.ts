/** The part of the first start that happens in the secret form, seen from outside: it was opened, and what is there afterwards. */
import type { Start } from './flow.ts'
import type { PhraseState } from './recovery-record.ts'

export interface SecretStartDeps {
  readonly requestSecret: (start: Exclude<Start, 'watch'>) => Promise<boolean>
  readonly vaultExists: () => Promise<boolean>
  readonly notePhrase: (state: PhraseState) => void
  readonly noteBackup: () => void
  readonly forget: () => void
}

export type SecretStartOutcome =
  /** There is a vault now. */
  | { readonly kind: 'made'; readonly phraseConfirmed: boolean }
  /** There is none: the form was left before. */
  | { readonly kind: 'left' }

/**
 * Opens the form and waits for its end. That the phrase is unconfirmed is noted before the form opens: should this page be
 * closed while the words are shown, it is still known. The form's answer is not taken for granted either way: what counts is
 * whether the node has a vault.
 */
export async function runSecretStart(
  start: Exclude<Start, 'watch'>,
  { requestSecret, vaultExists, notePhrase, noteBackup, forget }: SecretStartDeps,
): Promise<SecretStartOutcome> {
  if (start === 'create') notePhrase('pending')
  let isDone = false
  try {
    isDone = await requestSecret(start)
  } finally {
    // Where even this cannot be asked, the note stays: it is the careful answer.
    if (!isDone && !(await vaultExists())) forget()
  }
  if (!isDone && !(await vaultExists())) return { kind: 'left' }
  if (start === 'restore') notePhrase('confirmed')
  else if (start === 'restore-backup') noteBackup()
  else if (isDone) notePhrase('confirmed')
  return { kind: 'made', phraseConfirmed: start !== 'create' || isDone }
}
