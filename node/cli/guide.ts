/** What to type next, for somebody who has just started a node for the first time. */
import type { ReadyLine } from './ready.ts'

/**
 * @param flags global options the next commands need too, such as `--data-dir D`
 * @param isForeground whether the node ends with the command that shows this
 */
export function guideText({ network, pid }: ReadyLine, program: string, flags: string, isForeground: boolean): string {
  const command = (text: string): string => `  ${program} ${text}${flags}`
  return [
    isForeground ? 'Your node is running. In another terminal:' : 'Your node is running. What to do next:',
    '',
    command('vault init'),
    '      makes your keys; you choose a password and get 24 words to write down',
    command('account create --label main'),
    '      makes an account to pay from and to be paid at',
    ...(network === 'dev' || network.includes('dev')
      ? [
          command('faucet main --wait finalized'),
          '      gives it rUv of this development network; they have no worth elsewhere',
        ]
      : []),
    command('account show main'),
    '      shows its address and balance',
    command('transfer ADDRESS 12.5 --wait finalized'),
    '      pays 12.5 rUv and waits until it is final',
    '',
    isForeground
      ? `Ctrl-C here stops the node (process ${pid}). Everything else: ${program} --help`
      : `To stop the node (process ${pid}): ${program} node stop${flags}. Everything else: ${program} --help`,
  ].join('\n')
}
