/**
 * Child processes for what must not run beside the node: a module of a hardware key, a provider's job. Injected, since
 * Electron starts them otherwise than Node does (docs/architecture.md, "Processes").
 */

export interface ChildOptions {
  /** Name in the system's list of processes, and in reports. */
  readonly name: string
  readonly args?: readonly string[]
  /** All of it: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
}

export interface Child {
  readonly pid: number | undefined
  /**
   * What structured cloning can carry; lost where the child has ended.
   *
   * @param ports handed over with it, where the host has such ports: Electron's MessagePortMain
   */
  postMessage(message: unknown, ports?: readonly unknown[]): void
  onMessage(listener: (message: unknown) => void): void
  /** Resolves when it has ended, by whatever; with the code it ended with. */
  readonly ended: Promise<number>
  /** Ends it now, whatever it is doing; true where it was running. */
  kill(): boolean
}

export interface ProcessHost {
  /** @throws NodeError CHILD_FAILED where it ends before it runs */
  start(entry: URL, options: ChildOptions): Promise<Child>
  /** Ends all that were started. */
  killAll(): void
}
