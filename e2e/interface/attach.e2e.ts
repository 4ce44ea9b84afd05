/** The app on a folder whose node runs already: it shows that one, leaves it running, and takes over when it goes. */
import { expect } from 'vitest'
import type { Transaction, TransactionPage } from '../../node/api/contract/index.ts'
import { expectAgreement, holdings } from './agreement.ts'
import { flow } from './flow.ts'
import { desktopHost } from './hosts.ts'
import { unlockScreen } from './pages/secrets.ts'
import { goToSettings, pay } from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { named, ruv, say, text } from './words.ts'

flow(
  'attaches to a running node, pays, leaves it running, and starts its own once that one is stopped',
  async (stage) => {
    const dataDir = stage.newFolder()
    const line = stage.commandLine(dataDir)
    const node = await stage.startNode(dataDir)
    await readyWallet(line)

    const first = await stage.open(dataDir)
    await goToSettings(first.page, 'settings.desktop')
    await text(first.page, 'settings.attached').waitFor()
    await pay(first.page, { from: 'Everyday', to: 'Savings', amount: '7.25' })
    await expectAgreement(first.page, line)
    await first.close()
    expect(await line.run(['node', 'status'])).toMatchObject({ pid: node.pid })
    const [payment] = (await line.run<TransactionPage>(['tx', 'list'])).items
    expect(payment).toMatchObject({ state: 'Finalized', outcome: 'ok' } satisfies Partial<Transaction>)

    const second = await stage.open(dataDir)
    await goToSettings(second.page, 'settings.desktop')
    await text(second.page, 'settings.attached').waitFor()
    const [notConnected = ''] = say('app.strip.asOf', { time: '\u0000' }).split('\u0000')
    const said = second.page.getByRole('contentinfo').getByText(notConnected).waitFor()
    await node.stop()
    await said
    // A node of its own, whose vault nobody has opened yet.
    await unlockScreen(second)
    await goToSettings(second.page, 'settings.desktop')
    await named(second.page, 'tab', 'settings.desktop').waitFor()
    expect(await text(second.page, 'settings.attached').count()).toBe(0)
    const ledger = await expectAgreement(second.page, line)
    const fees = ledger.transactions.reduce((sum, { fee }) => sum + BigInt(fee), 0n)
    expect(holdings(ledger)).toEqual({ Everyday: ruv(92_750_000n - fees), Savings: '7.25' })
  },
  { in: [desktopHost] },
)
