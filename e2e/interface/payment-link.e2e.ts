/** Payment links fill in the form and do nothing else, whoever wrote them and however they come. */
import { bech32m } from '@scure/base'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Account } from '../../node/api/contract/index.ts'
import { ledgerOf, withoutCheckpoints } from './agreement.ts'
import { flow } from './flow.ts'
import type { OpenInterface } from './hosts.ts'
import { expectFinal, goTo, openSendForm, review, sendButton } from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { button, field, named, say, text } from './words.ts'

/** An address of the main network, where money would be real. */
const mainAddress = bech32m.encode(
  'ruv',
  bech32m.toWords(Uint8Array.from({ length: 33 }, (_, at) => (at === 0 ? 0 : 7))),
  64,
)

/** As the system hands a link to the app, or as somebody pastes one into the field. */
async function give({ app, page }: OpenInterface, link: string): Promise<void> {
  if (app !== undefined) {
    expect(await app.startAgain([link])).toBe(0)
    return
  }
  await openSendForm(page)
  await recipient(page).fill(link)
}

const recipient = (page: Page) => named(page, 'combobox', 'wallet.send.to')

flow(
  'fills in the form from a payment link, sends nothing by itself, and refuses links of other networks',
  async (stage) => {
    const dataDir = stage.newFolder()
    const line = stage.commandLine(dataDir)
    const ui = await stage.open(dataDir)
    const { page } = ui
    await readyWallet(line)
    await goTo(page, 'overview')
    const before = withoutCheckpoints(await ledgerOf(line))
    const savings =
      (await line.run<Account[]>(['account', 'list'])).find(({ label }) => label === 'Savings')?.address ?? ''

    await give(ui, `qudag:${mainAddress}?amount=5`)
    // Opened, the link is not used; pasted, it stays where it was pasted, and the field says what is wrong.
    if (ui.app === undefined)
      await text(page, 'wallet.recipient.wrongNetwork', { network: say('wallet.network.main') }).waitFor()
    else await text(page, 'wallet.link.wrongNetwork').waitFor()
    expect(await field(page, 'wallet.send.amount').inputValue()).toBe('')
    await goTo(page, 'overview')

    await give(ui, `qudag:${savings}?amount=12.5&label=Render%20studio&message=invoice%201042`)
    await text(page, 'wallet.link.filled').waitFor()
    await page.getByText(say('wallet.link.filledAs', { label: 'Render studio' })).waitFor()
    expect(await recipient(page).inputValue()).toBe(savings)
    expect(await field(page, 'wallet.send.amount').inputValue()).toBe('12.5')
    expect(await field(page, 'wallet.send.memo').inputValue()).toBe('invoice 1042')
    expect(withoutCheckpoints(await ledgerOf(line))).toEqual(before)

    if (ui.app !== undefined) {
      // A second start brings no options to the first: neither another network nor another folder, and two links are none.
      const { chainId } = await line.run<{ chainId: string }>(['node', 'status'])
      await ui.app.startAgain(['--network=main', '--data-dir=/nowhere', '--inspect=9229', 'javascript:alert(1)'])
      await ui.app.startAgain([`qudag:${savings}?amount=1`, `qudag:${savings}?amount=2`])
      expect(await line.run<{ chainId: string }>(['node', 'status'])).toMatchObject({ chainId })
      expect(await field(page, 'wallet.send.amount').inputValue()).toBe('12.5')
      expect(ui.app.app.windows()).toHaveLength(1)
    }

    // Sent by the person, as any other.
    await review(page)
    await sendButton(page).click()
    await expectFinal(page)
    const [payment] = (await ledgerOf(line)).transactions
    expect(payment).toMatchObject({ operations: [{ to: savings, amount: '12500000', memo: 'invoice 1042' }] })
    await button(page, 'wallet.sent.again').waitFor()
  },
)
