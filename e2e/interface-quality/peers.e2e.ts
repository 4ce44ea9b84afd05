/**
 * The view of the network with peers of every kind, over the doors of a node, with a network layer that does what the test
 * says: who comes and goes shows by itself, bans are asked for and lifted, and a chain that stands still is never called in sync.
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fakeGenesisChainId, fakeGenesisText } from '../../node/api/test-support/fake-joining.ts'
import { fakePeer, fakePeerId } from '../../node/api/test-support/fake-peers.ts'
import { NodeError } from '../../node/core/node-error.ts'
import { browserProblem, launchChromium } from '../desktop/launch-browser.ts'
import { stepTimeoutMs } from '../interface/hosts.ts'
import { button, choose, escaped, field, named, say, text } from '../interface/words.ts'
import { findingsInBothThemes } from './findings.ts'
import { goToPlace } from './places.ts'
import { type SampleNetwork, type SampleOptions, serveSampleNetwork } from './sample-network.ts'

const problem = browserProblem()
let browser: Browser | undefined

beforeAll(async () => {
  if (problem === undefined) browser = await launchChromium()
})
afterAll(() => browser?.close())

interface Shown {
  readonly network: SampleNetwork
  readonly page: Page
}

async function withNetwork(options: Partial<SampleOptions>, use: (shown: Shown) => Promise<void>): Promise<void> {
  const network = await serveSampleNetwork({
    stakes: [25, 25, 25, 25],
    load: 0,
    rounds: 12,
    roundMs: 3_000,
    ...options,
  })
  // Idle, but not silent: of one that says nothing for a minute it is told that it stands still.
  network.start()
  const context = await browser?.newContext({ viewport: { width: 1_280, height: 800 }, locale: 'en-US' })
  try {
    const page = await context?.newPage()
    if (page === undefined) throw new Error('there is no browser')
    page.setDefaultTimeout(stepTimeoutMs)
    await page.goto(network.link())
    await goToPlace(page, 'network')
    await use({ network, page })
  } finally {
    await context?.close()
    await network.close()
  }
}

const peersOf = (page: Page) => named(page, 'region', 'network.peers').getByRole('row')
const row = (page: Page, words: string) => peersOf(page).filter({ hasText: words })

describe('peers', () => {
  it('shows each with its way and channel, and who comes and goes by itself', async (test) => {
    if (problem !== undefined) test.skip(problem)
    await withNetwork({}, async ({ network, page }) => {
      await row(page, '/ip4/203.0.113.1/').waitFor()
      // The heading, and five.
      expect(await peersOf(page).count()).toBe(6)
      const validator = row(page, '/ip4/203.0.113.1/')
      expect(await validator.textContent()).toMatch(/^Validator \d/)
      await text(row(page, '/ip4/192.168.1.20/'), 'network.peer.path.lan').waitFor()
      await text(row(page, '/p2p-circuit'), 'network.peer.path.relayed').waitFor()
      await text(row(page, 'other/2.1'), 'network.peer.channel.classical').waitFor()
      await text(named(page, 'region', 'network.reach'), 'network.reach.public').waitFor()

      network.peers.connect(fakePeer(20, { address: '/dns4/late.example.org/tcp/4001' }))
      await row(page, 'late.example.org').waitFor()
      network.peers.disconnect(fakePeerId(20))
      await row(page, 'late.example.org').waitFor({ state: 'detached' })
      network.peers.setReachability({ state: 'private', reason: 'DIAL_BACK_FAILED' })
      await text(named(page, 'region', 'network.reach'), 'network.reach.advice.forward').waitFor()
      expect(await findingsInBothThemes(page, 'network with peers')).toEqual([])
    })
  })

  it('bans by keyboard after a question, and lifts the ban', async (test) => {
    if (problem !== undefined) test.skip(problem)
    await withNetwork({}, async ({ network, page }) => {
      const press = async (): Promise<void> => {
        const ban = row(page, 'other/2.1').getByRole('button', { name: /^Ban / })
        await ban.focus()
        await page.keyboard.press('Enter')
      }
      const question = named(page, 'alertdialog', 'network.ban.title')
      await press()
      await question.waitFor()
      expect(await findingsInBothThemes(page, 'question before a ban')).toEqual([])
      // The way back comes first, and nothing was done.
      await page.keyboard.press('Escape')
      await question.waitFor({ state: 'detached' })
      expect(network.peers.source.bans()).toEqual([])

      await press()
      await question.waitFor()
      await choose(page, 'network.ban.time', say('network.ban.time.lasting'))
      await button(question, 'network.ban.confirm').click()
      const bans = named(page, 'region', 'network.bans')
      await text(bans, 'network.ban.byHand').waitFor()
      await row(page, 'other/2.1').waitFor({ state: 'detached' })
      expect(network.peers.source.bans()).toMatchObject([{ id: fakePeerId(5), untilMs: null }])

      await button(bans, 'network.ban.lift').click()
      await text(bans, 'network.bans.none').waitFor()
      expect(network.peers.source.bans()).toEqual([])
    })
  })

  it('warns where a validator is to be banned', async (test) => {
    if (problem !== undefined) test.skip(problem)
    await withNetwork({}, async ({ page }) => {
      await row(page, '/ip4/203.0.113.1/')
        .getByRole('button', { name: /^Ban Validator/ })
        .click()
      await text(named(page, 'alertdialog', 'network.ban.title'), 'network.ban.validatorText').waitFor()
    })
  })

  it('dials no address that is none, says who could not be reached, and shows who was', async (test) => {
    if (problem !== undefined) test.skip(problem)
    await withNetwork({}, async ({ network, page }) => {
      await button(page, 'network.peer.add').click()
      const dialog = named(page, 'dialog', 'network.peer.addTitle')
      const address = field(dialog, 'network.peer.address')
      await address.fill('/ip4/203.0.113.300/tcp/4001')
      await page.keyboard.press('Enter')
      await text(dialog, 'network.peer.addressPart', { part: 'ip4/203.0.113.300' }).waitFor()
      expect(network.peers.dialled).toEqual([])

      network.peers.nextDialFails = new NodeError('PEER_UNREACHABLE', 'told to')
      await address.fill('/ip4/203.0.113.30/tcp/4001')
      await page.keyboard.press('Enter')
      await dialog.getByText(new RegExp(escaped(say('errors.PEER_UNREACHABLE')))).waitFor()
      expect(await findingsInBothThemes(page, 'adding a peer')).toEqual([])

      await page.keyboard.press('Enter')
      await dialog.waitFor({ state: 'detached' })
      await row(page, '/ip4/203.0.113.30/').waitFor()
      expect(network.peers.dialled).toEqual(['/ip4/203.0.113.30/tcp/4001', '/ip4/203.0.113.30/tcp/4001'])
    })
  })
})

describe('synchronisation', () => {
  it('has each phase apart, and never says "in sync" of a chain that stands still', async (test) => {
    if (problem !== undefined) test.skip(problem)
    await withNetwork({}, async ({ network, page }) => {
      const strip = page.getByRole('contentinfo')
      const card = named(page, 'region', 'network.sync')
      const inSync = new RegExp(escaped(say('network.sync.short.live')))
      await strip.getByText(inSync).waitFor()

      network.peers.setSync({ phase: 'snapshot', unit: 'bytes', done: 250_000_000, total: 1e9, remainingMs: 60_000 })
      await strip.getByText(/Fetching the ledger · 25%/).waitFor()
      expect(await card.getByRole('progressbar').getAttribute('aria-valuetext')).toContain('250 MB of 1 GB')
      await card
        .locator('[aria-current=step]')
        .filter({ hasText: say('network.sync.snapshot') })
        .waitFor()
      expect(await strip.getByText(inSync).count()).toBe(0)

      network.peers.setSync({ phase: 'stalled', unit: null })
      await strip.getByText(new RegExp(escaped(say('network.sync.short.stalled')))).waitFor()
      await text(page, 'network.standstill').waitFor()
      // Nowhere: neither at the bottom nor in the head of a card.
      expect(await page.getByText(inSync).count()).toBe(0)
      expect(await findingsInBothThemes(page, 'a chain that stands still')).toEqual([])

      network.peers.setSync({ phase: 'live' })
      await strip.getByText(inSync).waitFor()
    })
  })

  it('says what to do where nobody is connected', async (test) => {
    if (problem !== undefined) test.skip(problem)
    await withNetwork({}, async ({ network, page }) => {
      for (const { id } of network.peers.source.peers()) network.peers.disconnect(id)
      network.peers.setSync({ phase: 'connecting' })
      network.peers.setReachability({ state: 'unknown', reason: 'NO_PEERS' })
      await text(page, 'network.peers.none').waitFor()
      await text(page, 'network.reach.advice.peers').waitFor()
      await text(named(page, 'region', 'network.sync'), 'network.sync.connecting.text').waitFor()
      expect(await findingsInBothThemes(page, 'a network without peers')).toEqual([])
    })
  })
})

describe('another network', () => {
  it('is shown with its whole chain id before it is joined, and gets a folder of its own', async (test) => {
    if (problem !== undefined) test.skip(problem)
    await withNetwork({}, async ({ page }) => {
      await goToPlace(page, 'settings/network')
      const genesis = { name: 'genesis.json', mimeType: 'application/json', buffer: Buffer.from(fakeGenesisText) }
      await page.locator('input[type=file]').setInputFiles(genesis)
      const offer = named(page, 'region', 'networks.offer')
      await text(offer, 'networks.kind.test').waitFor()
      expect((await offer.textContent())?.replaceAll(/\s/g, '')).toContain(fakeGenesisChainId)
      expect(await findingsInBothThemes(page, 'a network to be joined')).toEqual([])
      await button(page, 'networks.join.submit').click()
      await page.getByText(/^qudag node start --data-dir /).waitFor()
    })
  })
})
