import { useEffect, useState } from 'react'
import type { AddressNetwork } from '../../../../node/api/contract/index.ts'
import { type MessageKey, useT } from '../../../i18n/index.ts'
import { useSession } from '../../../rpc/index.ts'
import { addressChunks, Banner } from '../../../ui/index.ts'
import { Party } from '../components/party.tsx'
import { useLookAlikes, useMine, useNames, useWallet } from '../hooks/use-wallet.ts'
import type { RecipientReading } from '../model/recipient.ts'

const addressFaults: Readonly<Record<string, MessageKey>> = {
  'too-long': 'wallet.recipient.tooLong',
  checksum: 'wallet.recipient.checksum',
  prefix: 'wallet.recipient.prefix',
  length: 'wallet.recipient.length',
  version: 'wallet.recipient.version',
}

const networkKeys: Readonly<Record<AddressNetwork, MessageKey>> = {
  main: 'wallet.network.main',
  test: 'wallet.network.test',
  dev: 'wallet.network.dev',
}

const linkFaults: Readonly<Record<string, MessageKey>> = {
  LINK_TOO_LONG: 'wallet.link.tooLong',
  LINK_MALFORMED: 'wallet.link.malformed',
  LINK_WRONG_NETWORK: 'wallet.link.wrongNetwork',
  LINK_AMOUNT: 'wallet.link.amount',
  LINK_FIELD: 'wallet.link.field',
}

export function useLinkFault(): (code: string) => string {
  const t = useT()
  return (code) => t(linkFaults[code] ?? 'wallet.link.malformed')
}

/** What is wrong with a recipient, in a sentence; undefined where nothing is, or where it is still being typed. */
export function useRecipientFault(): (
  reading: RecipientReading,
  isSelf: boolean,
  isTyping: boolean,
) => string | undefined {
  const t = useT()
  const linkFault = useLinkFault()
  return (reading, isSelf, isTyping) => {
    switch (reading.kind) {
      case 'empty':
      case 'link':
        return undefined
      case 'address':
        return isSelf ? t('wallet.recipient.self') : undefined
      case 'bad-link':
        return linkFault(reading.error.code)
      case 'bad-address':
        // Every address that is not whole yet has a wrong checksum.
        return isTyping && reading.reason === 'checksum'
          ? undefined
          : t(addressFaults[reading.reason] ?? 'wallet.recipient.checksum')
      case 'wrong-network':
        return t('wallet.recipient.wrongNetwork', { network: t(networkKeys[reading.network]) })
      case 'ambiguous':
        return t('wallet.recipient.ambiguous')
      case 'unknown':
        return isTyping ? undefined : t('wallet.recipient.unknown')
    }
  }
}

/** Whether the owner has paid an address before: what is kept says yes at once, the node's whole history says no. */
export function usePaidBefore(address: string | undefined): 'yes' | 'no' | 'unknown' {
  const { api } = useSession()
  const isKnown = useWallet((state) => address !== undefined && state.paid.has(address))
  const [answers, setAnswers] = useState<ReadonlyMap<string, boolean>>(new Map())
  useEffect(() => {
    if (address === undefined || isKnown || answers.has(address)) return
    let isLatest = true
    const ask = async (): Promise<void> => {
      let cursor: string | undefined
      // A page may be short of what fits and still not be the last.
      for (let page = 0; page < 5; page += 1) {
        const found = await api.transactions.list({
          direction: 'sent',
          search: address,
          limit: 1,
          ...(cursor === undefined ? {} : { cursor }),
        })
        if (!isLatest) return
        if (found.items.length > 0 || found.cursor === null) {
          setAnswers((known) => new Map(known).set(address, found.items.length > 0))
          return
        }
        cursor = found.cursor
      }
    }
    // Without an answer nothing is claimed.
    ask().catch(() => undefined)
    return () => {
      isLatest = false
    }
  }, [api, address, isKnown, answers])
  if (isKnown) return 'yes'
  const answer = address === undefined ? undefined : answers.get(address)
  return answer === undefined ? 'unknown' : answer ? 'yes' : 'no'
}

/** What to know before paying an address: that it is new, or that it looks like another. */
export function RecipientNotes({ address }: { readonly address: string }) {
  const t = useT()
  const names = useNames()
  const mine = useMine()
  const lookAlikes = useLookAlikes()
  const hasPaidUs = useWallet((state) => state.payers.has(address))
  const paidBefore = usePaidBefore(mine.has(address) ? undefined : address)
  const isNamed = names.of(address) !== undefined
  const like = lookAlikes.of(address)
  if (like[0] !== undefined) {
    return (
      <Banner tone="bad" title={t('wallet.lookAlike.title')}>
        <p>{hasPaidUs ? t('wallet.lookAlike.poisoned') : t('wallet.lookAlike.text')}</p>
        <dl className="look-alike">
          <dt>{t('wallet.lookAlike.this')}</dt>
          <dd>
            <Differing address={address} other={like[0]} />
          </dd>
          <dt>
            <Party address={like[0]} />
          </dt>
          <dd>
            <Differing address={like[0]} other={address} />
          </dd>
        </dl>
      </Banner>
    )
  }
  if (mine.has(address) || paidBefore !== 'no') return null
  return <Banner tone="info">{isNamed ? t('wallet.recipient.firstNamed') : t('wallet.recipient.first')}</Banner>
}

/** An address with what differs from another set off. */
function Differing({ address, other }: { readonly address: string; readonly other: string }) {
  const chunks = addressChunks(address)
  const others = addressChunks(other)
  return (
    <code className="differing">
      {chunks.map((chunk, index) => {
        // Pieces of one text stand where they stand.
        const key = `${index}`
        return chunk === others[index] ? <span key={key}>{chunk}</span> : <mark key={key}>{chunk}</mark>
      })}
    </code>
  )
}
