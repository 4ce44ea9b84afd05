import { expect, it } from 'vitest'
import { isGenesisPath } from './genesis-path.ts'

it.each([
  ['/home/ada/genesis.json', true],
  ['C:\\Users\\ada\\genesis.json', true],
  ['\\\\server\\share\\genesis.json', true],
  ['genesis.json', false],
  ['./genesis.json', false],
  ['main', false],
  ['', false],
  [`/${'x'.repeat(5_000)}`, false],
])('of %j is %j', (text, expected) => {
  expect(isGenesisPath(text)).toBe(expected)
})
