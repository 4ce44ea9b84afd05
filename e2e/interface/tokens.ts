/** Tokens in the data folder of an interface, which is of whoever runs the app; and pictures of what is shown of them. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { HardwareKey } from '../../node/api/contract/index.ts'
import type { CommandLine } from '../desktop/command-line.ts'
import { wear } from '../interface-quality/wear.ts'
import type { OpenInterface } from './hosts.ts'
import { submit } from './pages/secrets.ts'
import { eventually } from './pages/wallet.ts'
import { button, field, say, text } from './words.ts'

const softHsmModule = process.env.QUDAG_TEST_SOFTHSM ?? ''
const nssFolder = process.env.QUDAG_TEST_NSS_DIR ?? ''
export const nssModule = join(nssFolder, 'libsoftokn3.so')
const nssTokenName = 'NSS Certificate DB'

/** Nothing else is written like it, wherever one looks for it. */
export const pin = 'user-5678-harbour'

const makeFolder = new URL('./make-folder.ts', import.meta.url).pathname

export function bindingProblem(): string | undefined {
  const binding = new URL('../../node_modules/pkcs11js', import.meta.url)
  return existsSync(binding) ? undefined : 'pkcs11js is not installed: it is optional'
}

/** Why there is none, as the note of a skipped test. */
export function nssProblem(): string | undefined {
  return existsSync(nssModule) ? bindingProblem() : 'QUDAG_TEST_NSS_DIR names no folder with NSS softoken'
}

export function softHsmProblem(): string | undefined {
  return existsSync(softHsmModule) ? bindingProblem() : 'QUDAG_TEST_SOFTHSM names no SoftHSM library'
}

export interface TestToken {
  /** The options that name it on the command line. */
  readonly where: readonly string[]
  /** Folder of its keys: it is taken out where that is not there. */
  readonly storage: string
}

export interface NssToken extends TestToken {
  readonly libraryPath: string
  readonly initString: string
}

/** With the PIN of here. It has ML-DSA-65. */
export async function makeNssToken(dataDir: string, line: CommandLine): Promise<NssToken> {
  const storage = join(dataDir, 'token')
  await line.runFile(makeFolder, [storage])
  const initString = `configdir='sql:${storage}' certPrefix='' keyPrefix='' secmod='' flags=`
  const where = ['--module', nssModule, '--library-path', nssFolder, '--init-string', initString]
  await line.run(['hsm', 'init', ...where, '--token', nssTokenName, '--label', 'x', '--new-pin-fd', '3'], [pin])
  return { where, storage, libraryPath: nssFolder, initString }
}

/** With the PIN of here. It has P-256 and AES-GCM, and counts wrong PINs. */
export async function makeSoftHsm(dataDir: string, line: CommandLine): Promise<TestToken> {
  const storage = join(dataDir, 'softhsm')
  await line.runFile(makeFolder, [storage])
  const settings = join(dataDir, 'softhsm2.conf')
  writeFileSync(settings, `directories.tokendir = ${storage}\nobjectstore.backend = file\nlog.level = ERROR\n`)
  const where = ['--module', softHsmModule, '--module-env', `SOFTHSM2_CONF=${settings}`]
  const init = ['hsm', 'init', ...where, '--label', 'harbour', '--so-pin-fd', '3', '--new-pin-fd', '4']
  await line.run(init, ['officer-1234', pin])
  return { where, storage }
}

/** In the PIN window that is open or opens, which is closed after it. */
export async function givePin(
  ui: OpenInterface,
  value: string,
  press: 'hsm.pin.unlock' | 'hsm.pin.sign' = 'hsm.pin.unlock',
): Promise<void> {
  const form = await ui.secretWindow()
  await field(form, 'hsm.pin').fill(value)
  await picture(form, press)
  await submit(button(form, press))
  await eventually(async () => form.isClosed()).toBe(true)
}

/** Which library it is, in the form of a new pairing. */
export async function nameModule(form: Page, { libraryPath, initString }: NssToken): Promise<void> {
  await field(form, 'hsm.pair.path').fill(nssModule)
  await text(form, 'hsm.pair.more').click()
  await field(form, 'hsm.pair.libraryPath').fill(libraryPath)
  await field(form, 'hsm.pair.initString').fill(initString)
}

/** From the library to the paired key, which is called `card`. @param use left out, the one that the form has: it signs alone */
export async function pairInForm(form: Page, token: NssToken, use?: HardwareKey['use']): Promise<void> {
  await nameModule(form, token)
  await picture(form, 'pair-module')
  await button(form, 'hsm.pair.look').click()
  await field(form, 'hsm.pair.name').fill('card')
  if (use !== undefined) await form.getByText(say(`hsm.use.${use}`), { exact: true }).click()
  await field(form, 'hsm.pin').fill(pin)
  await picture(form, 'pair-key')
  await submit(button(form, 'hsm.pair.submit'))
}

const english = [
  { theme: 'dark', language: 'en' },
  { theme: 'light', language: 'en' },
] as const

/** Of every new view, in both themes and languages, where somebody wants to look at them. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.QUDAG_TEST_PICTURES
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  // A window for secrets is told its look when it opens.
  const looks = page.url().includes('/secret.html') ? [] : [{ theme: 'dark', language: 'de' } as const, ...english]
  for (const look of looks) {
    await wear(page, look)
    await page.screenshot({ path: join(folder, `${name}-${look.theme}-${look.language}.png`) })
  }
  if (looks.length === 0) await page.screenshot({ path: join(folder, `${name}.png`) })
}
