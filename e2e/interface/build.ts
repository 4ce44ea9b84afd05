/** Before the first flow: the build, so that where it fails it fails once, and no flow's time is spent on it. */
import { buildDesktop } from '../../scripts/build-desktop.ts'

export async function setup(): Promise<void> {
  await buildDesktop()
}
