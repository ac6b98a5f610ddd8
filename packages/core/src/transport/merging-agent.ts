import { Agent, type ClientRequestArgs } from "node:http";
import { Socket, type TcpSocketConnectOpts } from "node:net";
import { ChunkMerger } from "./chunk-merger.js";

/** A socket whose reads pass through a {@link ChunkMerger} before the HTTP parser sees them. */
class MergingSocket extends Socket {
  readonly #merger = new ChunkMerger();

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    if (chunk === null) return super.push(null, encoding);
    let more = true;
    for (const piece of this.#merger.merge(chunk)) more = super.push(piece, encoding);
    return more;
  }
}

/** Pools the connections that streamed answers come over; see {@link ChunkMerger} for what that saves. */
export class MergingAgent extends Agent {
  override createConnection(options: ClientRequestArgs): Socket {
    const socket = new MergingSocket();
    // The agent's own option is applied by `net.connect`, which this goes past.
    socket.setNoDelay(true);
    socket.connect(options as TcpSocketConnectOpts);
    return socket;
  }
}
