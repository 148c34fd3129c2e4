/** Brings an argument of the remote control to what its vocabulary wants. */

import type { ControlArgument } from "../../core/control/control-message.ts";
import { type Place, fieldFault, show } from "../../core/presets/fields.ts";
import type { ArgumentKind } from "../../protocol/control.ts";

/** Numbers are brought to the nearest bound, as by every control of the page. Throws FormatError for an argument of another kind. */
export function readArgument(value: ControlArgument, is: ArgumentKind, place: Place): ControlArgument {
  switch (is.kind) {
    case "number": {
      if (typeof value !== "number") throw fieldFault(place, "a number", show(value));
      const near = Math.min(is.most, Math.max(is.least, value));
      return is.whole ? Math.round(near) : near;
    }
    case "switch":
      if (typeof value !== "number") throw fieldFault(place, "1 or 0", show(value));
      return value === 0 ? 0 : 1;
    case "text":
      return String(value);
    case "choice":
      if (typeof value !== "string" || !is.of.includes(value)) throw fieldFault(place, `one of ${is.of.join(", ")}`, show(value));
      return value;
    default:
      return is satisfies never;
  }
}
