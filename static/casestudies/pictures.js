// Pictures that this browser can read: small ones to show, smaller ones to send.

const LONGEST_EDGE = 2000;
const QUALITY = 0.85;
// A larger file is not taken apart for a picture of 64 pixels.
const MOST_TO_SHOW = 30 * 1024 * 1024;

const opened = (blob) => createImageBitmap(blob, { imageOrientation: "from-image" });

/** The photo as a JPEG of at most 2,000 pixels a side; the same blob where it is not larger or cannot be read here. */
export async function smaller(blob) {
  if (!blob.type.startsWith("image/")) return blob;
  let picture;
  try {
    picture = await opened(blob);
  } catch {
    return blob;
  }
  const scale = LONGEST_EDGE / Math.max(picture.width, picture.height);
  if (scale >= 1) return blob;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  return made && made.size < blob.size ? made : blob;
}

/** Draw the photo into the square `canvas`, cut to its middle. Resolves to whether this browser can. */
export async function drawSmall(canvas, blob) {
  if (!blob.type.startsWith("image/") || blob.size > MOST_TO_SHOW) return false;
  try {
    const picture = await opened(blob);
    const side = Math.min(picture.width, picture.height);
    const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
    canvas.getContext("2d").drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height);
    picture.close();
    return true;
  } catch {
    return false;
  }
}
