/** The parts of the settings, by the name that stands in the address: `#/settings/security`. */
export const sections = [
  'general',
  'security',
  'hardware-keys',
  'network',
  'node',
  'desktop',
  'notifications',
  'labels',
  'about',
] as const
export type Section = (typeof sections)[number]

/** Anything else is the first. */
export function sectionOf(path: readonly string[]): Section {
  return sections.find((section) => section === path[0]) ?? 'general'
}
