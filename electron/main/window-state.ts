/** Where the window was, kept so that it comes back there; only if a screen is still there to show it. */

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface WindowState {
  readonly bounds: Partial<Rectangle> & Pick<Rectangle, 'width' | 'height'>
  readonly isMaximized: boolean
}

export const smallestWindow = { width: 720, height: 540 } as const
const usualWindow = { width: 1_280, height: 800 } as const

/** How much of the window must be on a screen, pixels each way: enough to take hold of. */
const visiblePixels = 100

/** @param value of the file @param screens work areas of the screens there are */
export function windowStateFrom(value: unknown, screens: readonly Rectangle[]): WindowState {
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const isMaximized = fields.isMaximized === true
  const { x, y, width, height } = (
    typeof fields.bounds === 'object' && fields.bounds !== null ? fields.bounds : {}
  ) as Record<string, unknown>
  if (!isSize(width) || !isSize(height)) return { bounds: usualWindow, isMaximized }
  const size = { width: Math.max(smallestWindow.width, width), height: Math.max(smallestWindow.height, height) }
  const isPlaced = Number.isSafeInteger(x) && Number.isSafeInteger(y)
  const placed = { x: x as number, y: y as number, ...size }
  return { bounds: isPlaced && screens.some((screen) => overlaps(placed, screen)) ? placed : size, isMaximized }
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= 20_000
}

function overlaps(one: Rectangle, other: Rectangle): boolean {
  const across = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)
  const down = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y)
  // The title bar is at the top: it must be on the screen, not the lower edge only.
  return across >= visiblePixels && down >= visiblePixels && one.y >= other.y
}
