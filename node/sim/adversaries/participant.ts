/** What a Byzantine validator is to the rest of the simulation. */
import type { Checkpoint } from '../../consensus/checkpoint.ts'
import type { Message } from '../../consensus/messages.ts'

export interface Participant {
  start(): void
  deliver(from: number, message: Message): void
  /** A validator connected: it may be handed what it lacks. */
  connected(peer: number): void
  disconnected(peer: number): void
}

/** What the adversaries learn of honest validators besides their messages. */
export interface Observer {
  /** An honest validator holds the certificate of the checkpoint that closes an epoch. */
  epochClosed(checkpoint: Checkpoint, hash: Uint8Array): void
}
