{
 "patcher": {
  "fileversion": 1,
  "appversion": {
   "major": 8,
   "minor": 6,
   "revision": 0,
   "architecture": "x64",
   "modernui": 1
  },
  "classnamespace": "box",
  "rect": [
   60.0,
   90.0,
   640.0,
   820.0
  ],
  "bglocked": 0,
  "openinpresentation": 0,
  "default_fontsize": 12.0,
  "default_fontface": 0,
  "default_fontname": "Arial",
  "gridonopen": 1,
  "gridsize": [
   15.0,
   15.0
  ],
  "gridsnaponopen": 1,
  "objectsnaponopen": 1,
  "statusbarvisible": 2,
  "toolbarvisible": 1,
  "boxes": [
   {
    "box": {
     "id": "obj-title",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      30,
      16,
      560,
      20
     ],
     "text": "simile in Max: the page hears, answers and reports; every message is one of src/docs/bridge.md"
    }
   },
   {
    "box": {
     "id": "obj-web",
     "maxclass": "jweb~",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      30,
      230,
      560,
      360
     ],
     "outlettype": [
      "signal",
      "signal",
      ""
     ],
     "url": "http://127.0.0.1:4173/max/",
     "rendermode": 0
    }
   },
   {
    "box": {
     "id": "obj-dac",
     "maxclass": "ezdac~",
     "numinlets": 2,
     "numoutlets": 0,
     "patching_rect": [
      30,
      610,
      45,
      45
     ]
    }
   },
   {
    "box": {
     "id": "obj-message-1",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      30,
      50,
      180,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/simile/listen device"
    }
   },
   {
    "box": {
     "id": "obj-message-2",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      220,
      50,
      180,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/simile/listen demo"
    }
   },
   {
    "box": {
     "id": "obj-message-3",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      410,
      50,
      180,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/simile/stop"
    }
   },
   {
    "box": {
     "id": "obj-message-4",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      30,
      80,
      180,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/simile/panic"
    }
   },
   {
    "box": {
     "id": "obj-message-5",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      220,
      80,
      180,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/simile/get"
    }
   },
   {
    "box": {
     "id": "obj-message-6",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      410,
      80,
      180,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/simile/set/mode progressive"
    }
   },
   {
    "box": {
     "id": "obj-message-7",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      30,
      110,
      180,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/simile/set/diversity 0.5"
    }
   },
   {
    "box": {
     "id": "obj-message-8",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      220,
      110,
      180,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/simile/set/commit 0.05"
    }
   },
   {
    "box": {
     "id": "obj-message-9",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      410,
      110,
      180,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/simile/preset \"Hand drums\""
    }
   },
   {
    "box": {
     "id": "obj-volume",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      30,
      150,
      70,
      22
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": -96.0,
     "maximum": 12.0
    }
   },
   {
    "box": {
     "id": "obj-volume-to",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      110,
      150,
      180,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/simile/set/volume $1"
    }
   },
   {
    "box": {
     "id": "obj-notein",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      310,
      150,
      60,
      22
     ],
     "outlettype": [
      "int",
      "int",
      "int"
     ],
     "text": "notein"
    }
   },
   {
    "box": {
     "id": "obj-pack",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      310,
      180,
      70,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "pack i i"
    }
   },
   {
    "box": {
     "id": "obj-note-to",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      400,
      180,
      190,
      22
     ],
     "outlettype": [
      ""
     ],
     "text": "/simile/note $1 $2"
    }
   },
   {
    "box": {
     "id": "obj-route",
     "maxclass": "newobj",
     "numinlets": 7,
     "numoutlets": 7,
     "patching_rect": [
      110,
      610,
      480,
      22
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /simile/answer /simile/list /simile/nothing /simile/pads /simile/state /simile/fault"
    }
   },
   {
    "box": {
     "id": "obj-print-1",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      110,
      650,
      75,
      22
     ],
     "text": "print answer"
    }
   },
   {
    "box": {
     "id": "obj-print-2",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      190,
      650,
      75,
      22
     ],
     "text": "print list"
    }
   },
   {
    "box": {
     "id": "obj-print-3",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      270,
      650,
      75,
      22
     ],
     "text": "print nothing"
    }
   },
   {
    "box": {
     "id": "obj-print-4",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      350,
      650,
      75,
      22
     ],
     "text": "print pads"
    }
   },
   {
    "box": {
     "id": "obj-print-5",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      430,
      650,
      75,
      22
     ],
     "text": "print state"
    }
   },
   {
    "box": {
     "id": "obj-print-6",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      510,
      650,
      75,
      22
     ],
     "text": "print fault"
    }
   },
   {
    "box": {
     "id": "obj-unpack",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 6,
     "patching_rect": [
      110,
      690,
      200,
      22
     ],
     "outlettype": [
      "int",
      "int",
      "",
      "float",
      "int",
      "int"
     ],
     "text": "unpack i i s f i i"
    }
   },
   {
    "box": {
     "id": "obj-makenote",
     "maxclass": "newobj",
     "numinlets": 3,
     "numoutlets": 2,
     "patching_rect": [
      220,
      725,
      120,
      22
     ],
     "outlettype": [
      "float",
      "float"
     ],
     "text": "makenote 100 500"
    }
   },
   {
    "box": {
     "id": "obj-noteout",
     "maxclass": "newobj",
     "numinlets": 3,
     "numoutlets": 0,
     "patching_rect": [
      220,
      760,
      60,
      22
     ],
     "text": "noteout"
    }
   }
  ],
  "lines": [
   {
    "patchline": {
     "destination": [
      "obj-dac",
      0
     ],
     "source": [
      "obj-web",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-dac",
      1
     ],
     "source": [
      "obj-web",
      1
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-web",
      0
     ],
     "source": [
      "obj-message-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-web",
      0
     ],
     "source": [
      "obj-message-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-web",
      0
     ],
     "source": [
      "obj-message-3",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-web",
      0
     ],
     "source": [
      "obj-message-4",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-web",
      0
     ],
     "source": [
      "obj-message-5",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-web",
      0
     ],
     "source": [
      "obj-message-6",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-web",
      0
     ],
     "source": [
      "obj-message-7",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-web",
      0
     ],
     "source": [
      "obj-message-8",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-web",
      0
     ],
     "source": [
      "obj-message-9",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-volume-to",
      0
     ],
     "source": [
      "obj-volume",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-web",
      0
     ],
     "source": [
      "obj-volume-to",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-pack",
      1
     ],
     "source": [
      "obj-notein",
      1
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-pack",
      0
     ],
     "source": [
      "obj-notein",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-note-to",
      0
     ],
     "source": [
      "obj-pack",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-web",
      0
     ],
     "source": [
      "obj-note-to",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-route",
      0
     ],
     "source": [
      "obj-web",
      2
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-print-1",
      0
     ],
     "source": [
      "obj-route",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-print-2",
      0
     ],
     "source": [
      "obj-route",
      1
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-print-3",
      0
     ],
     "source": [
      "obj-route",
      2
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-print-4",
      0
     ],
     "source": [
      "obj-route",
      3
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-print-5",
      0
     ],
     "source": [
      "obj-route",
      4
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-print-6",
      0
     ],
     "source": [
      "obj-route",
      5
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-unpack",
      0
     ],
     "source": [
      "obj-route",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-makenote",
      1
     ],
     "source": [
      "obj-unpack",
      5
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-makenote",
      0
     ],
     "source": [
      "obj-unpack",
      4
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-noteout",
      0
     ],
     "source": [
      "obj-makenote",
      0
     ]
    }
   },
   {
    "patchline": {
     "destination": [
      "obj-noteout",
      1
     ],
     "source": [
      "obj-makenote",
      1
     ]
    }
   }
  ],
  "dependency_cache": [],
  "autosave": 0
 }
}
