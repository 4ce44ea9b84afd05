import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shellLimits } from './limits.ts'
import { manualTimer } from './testing/manual-timer.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'
import { createUpdates, type Updater, updatesProblem } from './updates.ts'

function updates(answer: boolean) {
  const calls: string[] = []
  const faults: unknown[] = []
  const timer = manualTimer()
  let downloaded: (info: { version: string }) => void = () => undefined
  const updater: Updater = {
    channel: null,
    autoDownload: false,
    autoInstallOnAppQuit: true,
    allowDowngrade: true,
    allowPrerelease: false,
    on(event: string, listener: (value: never) => void) {
      if (event === 'update-downloaded') downloaded = listener as typeof downloaded
    },
    checkForUpdates: async () => void calls.push(`look in ${updater.channel}`),
    quitAndInstall: () => void calls.push('install'),
  }
  const made = createUpdates({
    loadUpdater: async () => updater,
    async ask(version) {
      calls.push(`ask ${version}`)
      return answer
    },
    prepareRestart: async () => void calls.push('end the node'),
    timer,
    reportFault: (fault) => faults.push(fault),
  })
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return { ...made, calls, faults, timer, updater, settle, offer: (version: string) => downloaded({ version }) }
}

describe('createUpdates', () => {
  it('looks in the chosen channel, now and again, and never goes back to an older version', async () => {
    const { setChannel, calls, timer, updater, settle } = updates(false)
    setChannel('beta')
    await settle()
    timer.advance(shellLimits.updateIntervalMs)
    await settle()
    expect(calls).toEqual(['look in beta', 'look in beta'])
    expect(updater).toMatchObject({ allowDowngrade: false, autoInstallOnAppQuit: false, allowPrerelease: true })
    setChannel('stable')
    await settle()
    expect(calls.at(-1)).toBe('look in latest')
    expect(timer.waiting).toBe(1)
  })

  it('asks nothing of anybody while it is off', async () => {
    const { setChannel, calls, timer, settle } = updates(true)
    setChannel('stable')
    await settle()
    setChannel('off')
    timer.advance(10 * shellLimits.updateIntervalMs)
    await settle()
    expect(calls).toEqual(['look in latest'])
  })

  it('installs when the owner says so, after the node has ended, and asks once a version', async () => {
    const { setChannel, calls, offer, settle } = updates(true)
    setChannel('stable')
    await settle()
    offer('2.0.0')
    offer('2.0.0')
    await settle()
    expect(calls).toEqual(['look in latest', 'ask 2.0.0', 'end the node', 'install'])
  })

  it('leaves everything as it is when the owner does not want it', async () => {
    const { setChannel, calls, offer, settle } = updates(false)
    setChannel('stable')
    await settle()
    offer('2.0.0')
    await settle()
    expect(calls).toEqual(['look in latest', 'ask 2.0.0'])
  })
})

describe('updatesProblem', () => {
  it.each([
    ['url: https://updates.example.org/qudag\n', true],
    ["provider: generic\nurl: 'https://updates.example.org/qudag'\n", true],
    ['url: https://updates.invalid/qudag-exchange\n', false],
    ['url: http://updates.example.org/qudag\n', false],
    ['provider: generic\n', false],
  ])('takes %j: %s', (text, isConfigured) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'app-update.yml'), text)
    expect(updatesProblem(true, folder) === undefined).toBe(isConfigured)
  })

  it('is one in a checkout, and where no address was packed', () => {
    expect(updatesProblem(false, temporaryFolder())).toContain('checkout')
    expect(updatesProblem(true, temporaryFolder())).toContain('without an address')
  })
})
