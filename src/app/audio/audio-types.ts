/** The sound files that a chooser of files offers. */

export const AUDIO_TYPES = "audio/*,.wav,.aiff,.aif,.flac,.mp3,.ogg,.oga,.opus,.m4a";
