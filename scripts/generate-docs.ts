/** Writes the pages of docs/ that are made from code: `node scripts/generate-docs.ts`. */
import { writeFileSync } from 'node:fs'
import { configurationPage } from './configuration-page.ts'
import { errorCodesPage } from './error-codes-page.ts'

const pages = { 'configuration.md': configurationPage, 'error-codes.md': errorCodesPage }

for (const [name, page] of Object.entries(pages)) writeFileSync(new URL(`../docs/${name}`, import.meta.url), page())
