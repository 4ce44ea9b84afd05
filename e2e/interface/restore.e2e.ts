/** A wallet comes back elsewhere: from its words, and from a backup file. */
import { expect } from 'vitest'
import type { Account } from '../../node/api/contract/index.ts'
import { expectAgreement } from './agreement.ts'
import { flow } from './flow.ts'
import { begin, openWallet } from './pages/onboarding.ts'
import { password, restorePhrase, submit } from './pages/secrets.ts'
import { goToSettings } from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { button, field, named, text } from './words.ts'

flow('restores the same addresses from the words, and names too from a backup', async (stage) => {
  const dataDir = stage.newFolder()
  const line = stage.commandLine(dataDir)
  const first = await stage.open(dataDir)
  const phrase = await readyWallet(line)
  const before = await line.run<Account[]>(['account', 'list'])
  const addresses = before.map(({ address }) => address)

  await goToSettings(first.page, 'settings.security')
  await button(named(first.page, 'group', 'settings.backup'), 'settings.backup.save').click()
  const form = await first.secretWindow()
  await field(form, 'secrets.password').fill(password)
  const backup = await first.save(() => submit(button(form, 'secrets.backup.submit')))
  expect(backup.name).toMatch(/^qudag-.*\.json$/)
  // Names are readable in it, as the form says; what spends is not.
  const backupText = Buffer.from(backup.bytes).toString('utf8')
  expect(backupText).toContain('Savings')
  expect(backupText).not.toContain(phrase.slice(0, 3).join(' '))
  expect(backupText).not.toContain(password)
  await first.close()

  const byWords = await stage.open(stage.newFolder())
  await begin(byWords, 'restore')
  await restorePhrase(await byWords.secretWindow(), phrase, password, 2)
  for (const [index, address] of addresses.entries()) {
    await field(byWords.page, 'onboarding.restored.name', { address }).fill(`Restored ${index + 1}`)
  }
  await button(byWords.page, 'onboarding.restored.submit').click()
  await openWallet(byWords)
  const ofWords = await expectAgreement(byWords.page, stage.commandLine(byWords.dataDir))
  expect(ofWords.accounts.map(({ address, label }) => [address, label])).toEqual([
    [addresses[0], 'Restored 1'],
    [addresses[1], 'Restored 2'],
  ])
  await byWords.close()

  const byFile = await stage.open(stage.newFolder())
  await begin(byFile, 'backup')
  const restore = await byFile.secretWindow()
  const chooser = restore.waitForEvent('filechooser')
  await button(restore, 'secrets.restoreBackup.choose').click()
  await (await chooser).setFiles({ name: backup.name, mimeType: 'application/json', buffer: Buffer.from(backup.bytes) })
  await field(restore, 'secrets.restoreBackup.password').fill(`${password}, and something else`)
  await submit(button(restore, 'secrets.restoreBackup.submit'))
  await text(restore, 'secrets.password.wrong').waitFor()
  await field(restore, 'secrets.restoreBackup.password').fill(password)
  await submit(button(restore, 'secrets.restoreBackup.submit'))
  await button(byFile.page, 'onboarding.restored.submit').click()
  await openWallet(byFile)
  const ofFile = await expectAgreement(byFile.page, stage.commandLine(byFile.dataDir))
  expect(ofFile.accounts.map(({ address, label }) => [address, label])).toEqual(
    before.map(({ address, label }) => [address, label]),
  )
})
