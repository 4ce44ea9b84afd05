/** Opens a storage and closes it, twice; prints after each end whether SQLite's module is still in the process. */
import { createStorage } from '../create-storage.ts'

const [file = ''] = process.argv.slice(2)

function isLoaded(): boolean {
  const { sharedObjects } = process.report.getReport() as unknown as { sharedObjects: readonly string[] }
  return sharedObjects.some((path) => path.includes('better-sqlite3') && path.endsWith('.node'))
}

for (let life = 1; life <= 2; life++) {
  const storage = await createStorage({ file })
  await storage.close()
  console.log(isLoaded() ? 'loaded' : 'unloaded')
}
