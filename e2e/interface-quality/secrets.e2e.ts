/**
 * After everything that is done with passwords and phrases has been done, none is left: not in the page that shows the
 * wallet, not in a file, not in what the programs wrote, not in what the system tells of processes. And the scan finds what
 * was left on purpose.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { expect } from 'vitest'
import { flow } from '../interface/flow.ts'
import type { OpenInterface } from '../interface/hosts.ts'
import { createWallet } from '../interface/pages/onboarding.ts'
import { changePassword, submit, unlockScreen } from '../interface/pages/secrets.ts'
import { createAccount, goToSettings, lockByButton, pay, takeTestMoney, toast } from '../interface/pages/wallet.ts'
import { readyWallet } from '../interface/ready-wallet.ts'
import { makeSoftHsm, pin, softHsmProblem } from '../interface/tokens.ts'
import { button, field, named, say, text } from '../interface/words.ts'
import { foundIn, needlesOf, typedNeedles } from './needles.ts'
import { secretsInHeap } from './scan-heap.ts'
import { secretsInFolders, secretsInProcesses } from './scan-machine.ts'

const first = 'harbour quilt seventeen lanterns'
const second = 'copper meadow after midnight'
const wrongPin = 'wrong-4711-lantern'
const nextPin = 'next-8088-meadow'

flow('leaves no password and no word of a phrase behind', async (stage) => {
  const dataDir = stage.newFolder()
  const ui = await stage.open(dataDir)
  const { page } = ui
  const words = await createWallet(ui, 'Everyday', first)
  await takeTestMoney(page)

  await goToSettings(page, 'settings.security')
  await button(named(page, 'group', 'settings.backup'), 'settings.backup.save').click()
  const backupForm = await ui.secretWindow()
  await field(backupForm, 'secrets.password').fill(first)
  const backup = await ui.save(() => button(backupForm, 'secrets.backup.submit').click())
  await lockByButton(page)
  await unlockScreen(ui, first)
  await goToSettings(page, 'settings.security')
  await button(named(page, 'group', 'settings.password'), 'settings.password.change').click()
  await changePassword(await ui.secretWindow(), first, second)
  await toast(page, 'settings.password.changed').waitFor()
  await lockByButton(page)
  await unlockScreen(ui, second)

  const needles = needlesOf([first, second], words)
  // In a browser the forms are of the page itself, and their words are in it until it is loaded anew.
  if (ui.browser !== undefined) {
    await page.reload()
    await button(page, 'wallet.send')
      .or(named(page, 'navigation', 'app.views'))
      .first()
      .waitFor()
  }
  expect(await secretsInHeap(page, needles, words)).toEqual([])
  expect(
    await page.evaluate(() =>
      [...document.querySelectorAll('input, textarea')].map((one) => (one as HTMLInputElement).value),
    ),
  ).not.toContain(second)
  expect(foundIn(Buffer.from(backup.bytes), needles)).toEqual([])
  expect(foundIn(Buffer.from(outputOf(ui)), needles)).toEqual([])
  const folders = [dataDir, ...(await foldersOfApp(ui))]
  const files = secretsInFolders(folders, needles)
  expect(files.found).toEqual([])
  expect(files.read).toBeGreaterThan(5)
  const processes = secretsInProcesses(needles)
  expect(processes.found).toEqual([])
  expect(processes.read).toBeGreaterThan(5)

  // What was left on purpose is found: a scan that finds nothing anywhere would say the same as above.
  const entropy = Buffer.from(mnemonicToEntropy(words.join(' '), wordlist))
  await page.evaluate(([password, some]) => Object.assign(globalThis, { left: { password, some } }), [
    `typed: ${second}`,
    words.slice(5, 9),
  ] as const)
  const inHeap = await secretsInHeap(page, needles, words)
  expect(inHeap).toContain('text: password 2')
  expect(inHeap).toContain('list: words 6 to 8')
  await page.evaluate(() => Reflect.deleteProperty(globalThis, 'left'))

  const leftFolder = mkdtempSync(join(tmpdir(), 'qudag-left-'))
  try {
    writeFileSync(join(leftFolder, 'a.log'), `{"phrase":${JSON.stringify(words.slice(20))}}`)
    writeFileSync(join(leftFolder, 'b.db'), Buffer.concat([Buffer.alloc(4_096, 7), entropy, Buffer.alloc(64)]))
    writeFileSync(join(leftFolder, 'c.txt'), Buffer.from(`x${first}y`).toString('base64'))
    writeFileSync(join(leftFolder, 'd.dmp'), Buffer.from(`\u0000${second}`, 'utf16le'))
    const left = secretsInFolders([leftFolder], needles).found.map((line) => line.slice(leftFolder.length + 1))
    expect(left.toSorted()).toEqual([
      'a.log: words 21 to 23',
      'a.log: words 22 to 24',
      'b.db: entropy',
      'c.txt: password 1, in base64',
      'd.dmp: password 2, in UTF-16',
    ])
  } finally {
    rmSync(leftFolder, { recursive: true })
  }
  const careless = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)', entropy.toString('hex')], {
    env: { PASSWORD: first },
    stdio: 'ignore',
  })
  await once(careless, 'spawn')
  const told = secretsInProcesses(needles).found
  careless.kill()
  expect(told).toContain(`process ${careless.pid}, cmdline: entropy, in hex`)
  expect(told).toContain(`process ${careless.pid}, environ: password 1`)
})

flow(
  'leaves no PIN of a token behind',
  async (stage) => {
    const dataDir = stage.newFolder()
    const line = stage.commandLine(dataDir)
    const { where } = await makeSoftHsm(dataDir, line)
    await line.run(['hsm', 'pair', ...where, '--generate', '--composite', '--label', 'card', '--pin-fd', '3'], [pin])
    const ui = await stage.open(dataDir)
    const { page } = ui
    await readyWallet(line, ['Everyday'])
    await createAccount(page, 'Vaulted', 'card')
    await pay(page, { from: 'Everyday', to: 'Vaulted', amount: '20' })
    // In a browser no PIN is typed: the command line hands it over.
    if (ui.app === undefined) await line.run(['hsm', 'unlock', '--pin-fd', '3'], [pin])
    else {
      await goToSettings(page, 'settings.hardware-keys')
      const row = page.getByRole('group', { name: 'card', exact: true })
      await button(row, 'hsm.unlock').click()
      const form = await ui.secretWindow()
      await field(form, 'hsm.pin').fill(wrongPin)
      await button(form, 'hsm.pin.unlock').click()
      await text(form, 'hsm.fewTries').waitFor()
      await field(form, 'hsm.pin').fill(pin)
      await submit(button(form, 'hsm.pin.unlock'))
      await text(row, 'hsm.state.unlocked').waitFor()
      await button(row, 'hsm.more', { name: 'card' }).click()
      await page.getByRole('menuitem', { name: say('hsm.changePin') }).click()
      const change = await ui.secretWindow()
      await field(change, 'hsm.changePin.before').fill(pin)
      await field(change, 'hsm.changePin.after').fill(nextPin)
      await field(change, 'hsm.changePin.again').fill(nextPin)
      await submit(button(change, 'hsm.changePin'))
      await toast(page, 'hsm.pinChanged').waitFor()
    }
    // The token is unlocked, and signs.
    await pay(page, { from: 'Vaulted', to: 'Everyday', amount: '3' })

    const needles = [pin, wrongPin, nextPin].flatMap((one, index) => typedNeedles(`PIN ${index + 1}`, one))
    expect(await secretsInHeap(page, needles, [])).toEqual([])
    expect(foundIn(Buffer.from(outputOf(ui)), needles)).toEqual([])
    const files = secretsInFolders([dataDir, ...(await foldersOfApp(ui))], needles)
    expect(files.found).toEqual([])
    expect(files.read).toBeGreaterThan(5)
    const processes = secretsInProcesses(needles)
    expect(processes.found).toEqual([])
    expect(processes.read).toBeGreaterThan(5)

    // One that was left is found; that the others find what was left is shown above.
    const left = join(dataDir, 'left.log')
    writeFileSync(left, `unlocked with ${nextPin}`)
    expect(secretsInFolders([dataDir], needles).found).toEqual([`${left}: PIN 3`])
  },
  { problem: softHsmProblem },
)

function outputOf({ app, browser }: OpenInterface): string {
  const output = app?.output() ?? browser?.node.output() ?? ''
  // A program that says nothing at all would be as clean.
  if (browser !== undefined) expect(output).not.toBe('')
  return output
}

/** Settings, caches, logs and crash reports of the desktop app. */
async function foldersOfApp({ app }: OpenInterface): Promise<string[]> {
  if (app === undefined) return []
  return await app.app.evaluate(({ app: electron }) =>
    (['userData', 'sessionData', 'crashDumps', 'logs', 'home', 'temp'] as const).map((name) => electron.getPath(name)),
  )
}
