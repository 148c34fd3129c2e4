/** Defines every element. */

import "./ui/simile-app.ts";
import "./ui/simile-controls.ts";
import "./ui/simile-engine.ts";
import "./ui/simile-faults.ts";
import "./ui/simile-import.ts";
import "./ui/simile-kits.ts";
import "./ui/simile-latency.ts";
import "./ui/simile-library.ts";
import "./ui/simile-listener.ts";
import "./ui/simile-map.ts";
import "./ui/simile-meter.ts";
import "./ui/simile-midi-setup.ts";
import "./ui/simile-midi.ts";
import "./ui/simile-pad-bar.ts";
import "./ui/simile-pad-editor.ts";
import "./ui/simile-pads.ts";
import "./ui/simile-playing.ts";
import "./ui/simile-presets.ts";
import "./ui/simile-results.ts";
import "./ui/simile-retrieval.ts";
import "./ui/simile-sounds.ts";
import "./ui/simile-spectrogram.ts";
import "./ui/simile-takes.ts";
import "./ui/simile-update.ts";
import "./ui/simile-waveform.ts";
import "./ui/simile-why.ts";
