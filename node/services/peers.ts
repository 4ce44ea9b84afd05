/** What people see of their peers, and do about them. Who is added, banned or pardoned is in the audit log. */
import type { Clock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import { isPeerId, parsePeerAddress } from '../core/peer-address.ts'
import { serviceLimits as limits } from './limits.ts'
import type { NamedPeer, PeerServices, PeerSource, SeenPeer, SyncView } from './peer-types.ts'

export interface PeerServicesDeps {
  readonly p2p: PeerSource
  /** With what is known of the chain besides. */
  readonly sync: () => SyncView
  /** `Validator 1` by its id in hex; null for one that is not in the committee. */
  readonly validatorName: (id: string) => string | null
  readonly clock: Clock
  /** Resolves when the entry is durable. */
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
}

export function createPeerServices({ p2p, sync, validatorName, clock, audit }: PeerServicesDeps): PeerServices {
  const named = nameWith(validatorName)
  return {
    async peers() {
      const items = p2p.peers().map(named).sort(byRank)
      return { asOfMs: clock.nowMs(), self: p2p.self, items, bans: newestFirst(p2p.bans()) }
    },
    reachability: async () => p2p.reachability(),
    traffic: async () => p2p.traffic(),
    sync: async () => sync(),
    bootstrap: async () => [...p2p.bootstrap()],
    async addPeer(given) {
      const address = checkedAddress(given)
      const peer = await p2p.add(address).catch((cause: unknown) => {
        // The form is sound, but the layer below has no way to dial it.
        if (cause instanceof NodeError && cause.code === 'ADDRESS_INVALID') throw invalidAddress(address, cause)
        throw cause
      })
      await audit('peer.add', { peer: peer.id, address })
      return named(peer)
    },
    async banPeer(id, hours) {
      checkId(id)
      if (id === p2p.self?.id) {
        throw new NodeError('PEER_IS_SELF', 'this is the id of the node itself', { hint: 'Name another peer.' })
      }
      if (hours !== null && !(hours > 0 && hours <= limits.maxBanHours)) {
        throw new NodeError('INPUT_INVALID', `a ban lasts up to ${limits.maxBanHours} hours, or until it is lifted`)
      }
      // Recorded first: a peer is gone for good where the record cannot be written.
      await audit('peer.ban', { peer: id, ...(hours === null ? {} : { hours }) })
      return p2p.ban(id, hours)
    },
    async unbanPeer(id) {
      // As the list of bans has it: of a peer, or of an address that misbehaved under many ids.
      if (!(await p2p.unban(id))) {
        throw new NodeError('PEER_NOT_BANNED', 'no ban of this peer is in force', {
          hint: 'See which are with: qudag peer list',
        })
      }
      await audit('peer.unban', { peer: id })
    },
  }
}

/** Adds what its validator is called in this epoch. */
export function nameWith(validatorName: (id: string) => string | null): (peer: SeenPeer) => NamedPeer {
  return (peer) => ({ ...peer, validatorName: peer.validator === null ? null : validatorName(peer.validator) })
}

function checkedAddress(given: string): string {
  const parsed = parsePeerAddress(given)
  if (parsed.ok) return parsed.value.text
  throw invalidAddress(parsed.error.code === 'PEER_ADDRESS_MALFORMED' ? parsed.error.part : '')
}

function invalidAddress(part: string, cause?: unknown): NodeError {
  return new NodeError('PEER_ADDRESS_INVALID', 'this is not an address that a peer could have', {
    hint: 'It has the form /ip4/203.0.113.7/tcp/4001/p2p/12D3KooW…',
    details: { part },
    cause,
  })
}

function checkId(id: string): void {
  if (isPeerId(id)) return
  throw new NodeError('PEER_ID_INVALID', 'this is not the id of a peer', {
    hint: 'Ids begin with 12D3KooW or Qm, as `qudag peer list` shows them.',
  })
}

/** Validators of the committee first, by name; the others by how long they have been here. */
function byRank(a: NamedPeer, b: NamedPeer): number {
  const order = Number(a.validatorName === null) - Number(b.validatorName === null)
  if (order !== 0) return order
  if (a.validatorName !== null && b.validatorName !== null && a.validatorName !== b.validatorName) {
    return a.validatorName.length - b.validatorName.length || (a.validatorName < b.validatorName ? -1 : 1)
  }
  return a.connectedAtMs - b.connectedAtMs || (a.id < b.id ? -1 : 1)
}

function newestFirst<T extends { readonly atMs: number }>(bans: readonly T[]): readonly T[] {
  return bans.toSorted((a, b) => b.atMs - a.atMs)
}
