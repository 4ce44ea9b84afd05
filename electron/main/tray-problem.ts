/**
 * Why there can be no icon; undefined where there can. On Linux it is announced over the bus of the session (StatusNotifierItem);
 * whether anybody there shows it cannot be told.
 */
export function trayProblem(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (platform !== 'linux') return undefined
  const hasBus = (env.DBUS_SESSION_BUS_ADDRESS ?? '') !== '' || (env.XDG_RUNTIME_DIR ?? '') !== ''
  return hasBus ? undefined : 'This desktop session has no message bus, over which an icon would be announced.'
}
