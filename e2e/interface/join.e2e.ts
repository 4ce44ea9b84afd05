/**
 * Another network is looked at before anything is written, joined in a folder of its own, and in the app gone over to: the
 * wallet of the one is not there on the other.
 */
import { chownSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { NodeInfo } from '../../node/api/contract/index.ts'
import { testUser } from '../desktop/test-user.ts'
import { flow } from './flow.ts'
import { browserHost, desktopHost } from './hosts.ts'
import { eventually, goToSettings } from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { button, named, say, text } from './words.ts'

interface Made {
  readonly genesisFile: string
  readonly chainId: string
  readonly keyFile: string
}

/** A network of one validator, whose key a node may have. */
async function makeNetwork(line: { run<T>(args: readonly string[]): Promise<T> }, dir: string): Promise<Made> {
  const made = await line.run<{ genesisFile: string; dataDirs: string[] }>([
    ...['network', 'init', '--validators', '1', '--out', dir],
  ])
  const { chainId } = JSON.parse(readFileSync(made.genesisFile, 'utf8')) as { chainId: string }
  return { genesisFile: made.genesisFile, chainId, keyFile: join(made.dataDirs[0] ?? '', 'validator.key') }
}

/** As whoever runs that validator has it: its key in the folder of the chain. */
function putKey(keyFile: string, folder: string): void {
  const { userId, groupId } = testUser()
  const parts = [join(folder, '..'), folder, join(folder, 'validator.key')]
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  copyFileSync(keyFile, join(folder, 'validator.key'))
  if (userId === undefined || groupId === undefined) return
  for (const part of parts) chownSync(part, userId, groupId)
}

const goToNetworks = (page: Page): Promise<void> => goToSettings(page, 'settings.network')

flow(
  'shows a network before it is joined, and says how to start a node on it',
  async (stage) => {
    const dataDir = stage.newFolder()
    const line = stage.commandLine(dataDir)
    const { page } = await stage.open(dataDir)
    await readyWallet(line, ['Everyday'])
    const { genesisFile, chainId } = await makeNetwork(line, stage.newFolder())
    const folder = join(dataDir, 'networks', chainId.slice(0, 16))
    await goToNetworks(page)
    await text(named(page, 'region', 'networks.known'), 'networks.known.running').waitFor()

    await page.locator('input[type=file]').setInputFiles({
      name: 'genesis.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"name": "nothing"}'),
    })
    await text(page, 'errors.GENESIS_FILE_INVALID').waitFor()

    await page.locator('input[type=file]').setInputFiles(genesisFile)
    const offer = named(page, 'region', 'networks.offer')
    await offer.waitFor()
    // Whole, in groups that are no part of the text.
    expect((await offer.textContent())?.replaceAll(/\s/g, '')).toContain(chainId)
    await text(offer, 'networks.kind.development').waitFor()
    await text(page, 'networks.join.compare').waitFor()
    expect(existsSync(folder)).toBe(false)

    await button(page, 'networks.join.submit').click()
    await text(page, 'networks.join.ready').waitFor()
    await page.getByText(`qudag node start --data-dir ${folder}`, { exact: true }).waitFor()
    expect(JSON.parse(readFileSync(join(folder, 'genesis.json'), 'utf8'))).toMatchObject({ chainId })

    const field = page.getByRole('textbox', { name: say('networks.join.link') })
    await field.fill(`qudag-network:?genesis=${chainId}`)
    await page.keyboard.press('Enter')
    await text(page, 'errors.GENESIS_FETCH_UNAVAILABLE').waitFor()
  },
  { in: [browserHost] },
)

flow(
  'fills in the form from a link that the system opened, and asks nobody by itself',
  async (stage) => {
    const dataDir = stage.newFolder()
    const { app, page } = await stage.open(dataDir)
    await readyWallet(stage.commandLine(dataDir))
    // An address of documentation (RFC 5737): nobody answers there.
    const link = `qudag-network:?genesis=${'ab'.repeat(32)}&peer=/ip4/192.0.2.1/tcp/4001`
    expect(await app?.startAgain([link])).toBe(0)
    await text(page, 'networks.join.fromOutside').waitFor()
    expect(await page.getByRole('textbox', { name: say('networks.join.link') }).inputValue()).toBe(link)
    expect(await named(page, 'region', 'networks.offer').count()).toBe(0)
    // Two links are none.
    await app?.startAgain([`${link}0`, link])
    expect(await page.getByRole('textbox', { name: say('networks.join.link') }).inputValue()).toBe(link)
  },
  { in: [desktopHost] },
)

flow(
  'joins a network, goes over to it and back, each with a wallet of its own',
  async (stage) => {
    const dataDir = stage.newFolder()
    const line = stage.commandLine(dataDir)
    const { page } = await stage.open(dataDir)
    await readyWallet(line, ['Everyday'])
    const first = await line.run<NodeInfo>(['node', 'status'])
    const { genesisFile, chainId, keyFile } = await makeNetwork(line, stage.newFolder())
    const folder = join(dataDir, 'networks', chainId.slice(0, 16))
    putKey(keyFile, folder)
    await goToNetworks(page)
    await page.locator('input[type=file]').setInputFiles(genesisFile)
    await button(page, 'networks.join.submitStart').click()

    // No wallet there yet: the first start shows.
    await button(page, 'onboarding.welcome.begin').waitFor()
    const over = stage.commandLine(folder)
    expect((await over.run<NodeInfo>(['node', 'status'])).chainId).toBe(chainId)
    await expect(line.run(['node', 'status'])).rejects.toThrow()

    await readyWallet(over, ['Savings'])
    await goToNetworks(page)
    const known = named(page, 'region', 'networks.known').getByRole('listitem')
    await eventually(() => known.count()).toBe(2)
    await known
      .filter({ has: page.getByText(dataDir, { exact: true }) })
      .getByRole('button', { name: /^Go over/ })
      .click()
    await expect
      .poll(
        () =>
          line.run<NodeInfo>(['node', 'status']).then(
            ({ chainId: now }) => now,
            () => undefined,
          ),
        {
          timeout: 60_000,
        },
      )
      .toBe(first.chainId)
    const accounts = await line.run<{ label: string }[]>(['account', 'list'])
    expect(accounts.map(({ label }) => label)).toEqual(['Everyday'])
  },
  { in: [desktopHost] },
)
