/**
 * Pictures of the view of the network in states that one node alone does not have: peers of all kinds, a chain that stands
 * still, a node that catches up, one that nobody finds. The networks are made up (e2e/interface-quality/sample-network.ts); what
 * shows them is what is built. `node_modules/.bin/node scripts/network-screenshots.ts [folder] [--first] [--only=<scene>]`:
 * `--first` takes the first look alone.
 */
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../e2e/desktop/launch-browser.ts'
import { goToPlace } from '../e2e/interface-quality/places.ts'
import { type SampleNetwork, type SampleOptions, serveSampleNetwork } from '../e2e/interface-quality/sample-network.ts'
import { fakeGenesisText } from '../node/api/test-support/fake-joining.ts'
import { looks, settleMs, wearLook } from './screenshot-looks.ts'

interface Scene {
  readonly name: string
  readonly options?: Partial<SampleOptions>
  readonly prepare?: (network: SampleNetwork) => void | Promise<void>
  /** Left out, the view of the network. */
  readonly place?: string
  readonly act?: (page: Page) => Promise<void>
  /** Before the picture is taken, ms: a chain is said to stand still only after a while. */
  readonly waitMs?: number
}

const now = Date.now()
const onlyScene = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length)
const scenes: readonly Scene[] = [
  {
    name: 'peers',
    async prepare({ peers }) {
      const [last] = peers.source.peers().slice(-1)
      if (last !== undefined) await peers.source.ban(last.id, null)
    },
  },
  {
    name: 'catching-up',
    prepare({ peers }) {
      peers.setSync({
        ...({ phase: 'snapshot', unit: 'bytes', done: 412_000_000, total: 1_240_000_000 } as const),
        ...{ phaseStartedAtMs: now - 40_000, remainingMs: 95_000 },
        dropped: [{ peer: peers.source.peers()[0]?.id ?? '', code: 'SNAPSHOT_CHUNK_WRONG' }],
        anchor: { kind: 'checkpoint', hash: 'c'.repeat(64), atMs: now - 86_400_000 },
      })
      peers.setReachability({ state: 'private', reason: 'DIAL_BACK_FAILED', announced: [] })
    },
  },
  {
    name: 'stalled',
    options: { stopsAt: { round: 20, left: 2 } },
    waitMs: 2_000,
    prepare({ peers }) {
      peers.setSync({ phase: 'stalled', phaseStartedAtMs: now - 60_000 })
    },
  },
  {
    name: 'nobody',
    prepare({ peers }) {
      for (const { id } of peers.source.peers()) peers.disconnect(id)
      peers.setSync({ phase: 'connecting', anchor: null })
      peers.setReachability({ state: 'unknown', reason: 'NO_PEERS', announced: [] })
      peers.setBootstrap([])
    },
  },
  {
    name: 'join',
    place: 'settings/network',
    async act(page) {
      const genesis = { name: 'genesis.json', mimeType: 'application/json', buffer: Buffer.from(fakeGenesisText) }
      await page.locator('input[type=file]').setInputFiles(genesis)
      // In any language: the chain, in groups.
      await page.locator('.address-chunk', { hasText: '7777' }).first().waitFor()
    },
  },
]

const given = process.argv[2]
const folder = given === undefined || given.startsWith('--') ? mkdtempSync(join(tmpdir(), 'qudag-networks-')) : given
const wanted = process.argv.includes('--first') ? looks.slice(0, 1) : looks

async function shootScene(
  browser: Browser,
  { name, options, prepare, place = 'network', act, waitMs = 0 }: Scene,
): Promise<void> {
  const network = await serveSampleNetwork({ stakes: [40, 30, 20, 10], load: 6, rounds: 40, ...options })
  const context = await browser.newContext({ locale: 'en-US' })
  try {
    await prepare?.(network)
    const page = await context.newPage()
    await page.goto(network.link())
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    for (const look of wanted) {
      await wearLook(page, look)
      await goToPlace(page, place)
      await act?.(page)
      await page.waitForTimeout(settleMs + waitMs)
      mkdirSync(join(folder, look.name), { recursive: true })
      // All of the view, below the fold too: the window grows to it.
      const height = await page.evaluate(() => document.querySelector('main')?.scrollHeight ?? 0)
      await page.screenshot({ path: join(folder, look.name, `network-${name}-top.png`), animations: 'disabled' })
      await page.setViewportSize({ width: look.width, height: height + 40 })
      await page.waitForTimeout(settleMs)
      await page.screenshot({ path: join(folder, look.name, `network-${name}.png`), animations: 'disabled' })
    }
  } finally {
    await context.close()
    await network.close()
  }
}

const browser = await launchChromium()
try {
  for (const scene of scenes) if (onlyScene === undefined || onlyScene === scene.name) await shootScene(browser, scene)
} finally {
  await browser.close()
}
process.stdout.write(`${folder}\n`)
