/** A program that makes the folders that its arguments name, as the user it runs as, for that user alone. */
import { mkdirSync } from 'node:fs'

for (const folder of process.argv.slice(2)) mkdirSync(folder, { recursive: true, mode: 0o700 })
