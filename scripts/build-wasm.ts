/** `npm run build:wasm`: compiles the signature verifier from AssemblyScript and writes the module that holds it. */
import { writeFileSync } from 'node:fs'
import { wasmModuleText, wasmModuleUrl } from './wasm-module.ts'

writeFileSync(wasmModuleUrl, await wasmModuleText())
