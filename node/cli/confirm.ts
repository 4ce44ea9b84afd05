/** Asks for a yes before something that cannot be taken back. */
import { CliError, usageError } from './errors.ts'
import { type Ask, askOnTerminal } from './terminal-prompt.ts'

/** Bytes of an answer: a word. */
const maxAnswerBytes = 16

/**
 * Shows on the terminal what is about to be done, and returns where the answer is "yes".
 *
 * @param what whole lines; what comes from others has been made printable
 * @throws CliError CONFIRMATION_REQUIRED (usage) where there is no terminal, NOT_CONFIRMED (failed) for any other answer
 */
export async function confirm(what: string, ask: Ask = askOnTerminal): Promise<void> {
  const asked = ask(`${what}\nType yes to go on (it does not show): `, maxAnswerBytes)
  if (asked === undefined) {
    throw usageError(
      'There is no terminal to ask on.',
      'Look at it first, then repeat the command with --yes.',
      'CONFIRMATION_REQUIRED',
    )
  }
  const answer = (await asked).toString('utf8').trim().toLowerCase()
  if (answer !== 'yes') throw new CliError('NOT_CONFIRMED', 'Not confirmed; nothing was done.')
}
