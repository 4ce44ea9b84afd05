/** A disk that fills up: the interface says what happened and what it means for the money, and nothing is lost. */
import { execFileSync } from 'node:child_process'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { skipNote } from '../../scripts/test-support/require-tool.ts'
import { testUser } from '../desktop/test-user.ts'
import { expectAgreement, type Ledger, ledgerOf } from './agreement.ts'
import { flow } from './flow.ts'
import { unlockScreen } from './pages/secrets.ts'
import { eventually, expectFinal, fillPayment, openSendForm, pay, review, sendButton } from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { button, escaped, named, say } from './words.ts'

/** Room for a new node and some payments; small enough to be filled in a moment. */
const diskBytes = 48 * 1_024 * 1_024

/** Mounts a disk of its own on a folder. @returns takes it away */
function mountSmallDisk(folder: string): () => void {
  const { userId = 0, groupId = 0 } = testUser()
  const options = `size=${diskBytes},mode=700,uid=${userId},gid=${groupId}`
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder])
  return () => void execFileSync('umount', ['-l', folder])
}

/** To the last byte, so that not even a line of a log fits. @returns makes room again */
function fill(folder: string): () => void {
  const file = join(folder, 'filler')
  const { bavail, bsize } = statfsSync(folder)
  writeFileSync(file, Buffer.alloc(bavail * bsize, 1))
  return () => rmSync(file)
}

/** Which write meets the end of the disk first is chance; each says what it means for the payment. */
const answers = [
  'errors.STORAGE_FULL',
  'errors.AUDIT_FAILED',
  'app.failed.STORAGE_FULL',
  'wallet.uncertain.title',
] as const
const saysSo = new RegExp(answers.map((key) => escaped(say(key))).join('|'))

const idsOf = ({ transactions }: Ledger): string[] => transactions.map(({ txId }) => txId)

flow(
  'says that the disk is full and what it means, and has everything after there is room again',
  async (stage) => {
    const dataDir = stage.newFolder()
    stage.atEnd(mountSmallDisk(dataDir))
    const line = stage.commandLine(dataDir)
    let ui = await stage.open(dataDir)
    await readyWallet(line)
    await pay(ui.page, { from: 'Everyday', to: 'Savings', amount: '1' })
    const before = await expectAgreement(ui.page, line)

    await openSendForm(ui.page)
    await fillPayment(ui.page, { from: 'Everyday', to: 'Savings', amount: '2' })
    await review(ui.page)
    const makeRoom = fill(dataDir)
    await sendButton(ui.page).click()
    const said = (await ui.page.getByText(saysSo).first().textContent()) ?? ''
    makeRoom()
    if (ui.app === undefined) {
      await ui.kill()
      ui = await stage.open(dataDir)
    } else {
      // The app says so in place of everything once its node had to stop, and starts it again.
      await named(ui.page, 'heading', 'app.failed.title').waitFor()
      await button(ui.page, 'app.failed.again').click()
    }
    await unlockScreen(ui)
    await eventually(async () => (await ledgerOf(line)).transactions.every(({ state }) => state === 'Finalized')).toBe(
      true,
    )
    const after = await expectAgreement(ui.page, line)
    expect(idsOf(after).slice(-idsOf(before).length)).toEqual(idsOf(before))
    // Said to be neither recorded nor sent, it is not there; else it was made whole or not at all.
    if (said.includes(say('errors.STORAGE_FULL'))) expect(idsOf(after)).toEqual(idsOf(before))
    const fees = after.transactions.reduce((sum, { fee }) => sum + BigInt(fee), 0n)
    const held = after.accounts.reduce((sum, { balance }) => sum + BigInt(balance.available), 0n)
    expect(held + fees).toBe(100_000_000n)
    expect(await line.run(['storage', 'verify'])).toMatchObject({ ok: true })

    // And it goes on: the window that stayed open still has the payment that was refused.
    if (ui.app === undefined) await pay(ui.page, { from: 'Everyday', to: 'Savings', amount: '2' })
    else {
      await openSendForm(ui.page)
      await sendButton(ui.page).click()
      await expectFinal(ui.page)
    }
    const [paid] = (await expectAgreement(ui.page, line)).transactions
    expect(paid).toMatchObject({ state: 'Finalized', outcome: 'ok', operations: [{ amount: '2000000' }] })
  },
  {
    problem: () => (process.getuid?.() === 0 ? undefined : skipNote('root', 'mounts a small disk to fill it')),
  },
)
