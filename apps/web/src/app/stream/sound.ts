/** `refused`: it plays, muted. `play-refused`: not even that, before the student touches the page. */
export type Sound = 'on' | 'refused' | 'play-refused';

/** Plays with sound, or without where the browser refuses it before the student has touched the page. */
export async function playAloud(video: HTMLVideoElement): Promise<Sound> {
  if (!(await isRefused(video))) return video.muted ? 'refused' : 'on';
  if (video.muted) return 'play-refused';
  video.muted = true;
  return (await isRefused(video)) ? 'play-refused' : 'refused';
}

/** Anything but a refusal is of the stream, and told as an error of the stream. */
async function isRefused(video: HTMLVideoElement): Promise<boolean> {
  try {
    await video.play();
    return false;
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotAllowedError';
  }
}
