/**
 * A program that makes a wallet on the node of QUDAG_DATA_DIR in one go: a vault with the password that descriptor 3 gives, the
 * accounts that the arguments name, and 100 rUv of test money for the first of them. Prints the recovery phrase as JSON.
 */
import { readFileSync } from 'node:fs'
import { connectLocalSocket, socketPathOf } from '../../node/api/index.ts'

const [first, ...others] = process.argv.slice(2)
const connection = await connectLocalSocket(socketPathOf(process.env.QUDAG_DATA_DIR ?? ''))
const { accounts, transactions, vault } = connection.client

const { phrase } = await vault.init({ password: readFileSync(3) })
if (first !== undefined) {
  for (const label of [first, ...others]) await accounts.create({ label })
  const { txId } = await transactions.faucet({ account: first, amount: '100000000' })
  let state = ''
  for await (const view of await transactions.watch({ txId })) state = view.state
  if (state !== 'Finalized') throw new Error(`the test money ended as ${state}`)
}
connection.close()
console.log(JSON.stringify(new TextDecoder().decode(phrase).split(' ')))
