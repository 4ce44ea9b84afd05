/** Writes the pages of docs/ that are made from code: `node scripts/generate-docs.ts`. */
import { writeFileSync } from 'node:fs'
import { configurationPage } from './configuration-page.ts'

writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationPage())
