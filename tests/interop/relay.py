"""A TCP relay before a server: it can be taken away where the server itself would forget everything with its end."""

import socket
import threading


class Relay:
    """Listens on `port` and hands everything on to TARGET, both on loopback."""

    def __init__(self, target):
        self._target = target
        self._lock = threading.Lock()
        self._sockets = []
        self.port = 0
        self.resume()

    def resume(self):
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        self._sockets = [listener]
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def stop(self):
        """Refuses new connections, and ends the ones there are."""
        with self._lock:
            going, self._sockets = self._sockets, []
        for one in going:
            try:
                one.shutdown(socket.SHUT_RDWR)  # close() alone would not wake the thread that waits there
            except OSError:
                pass
            one.close()

    def _accept(self, listener):
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                near.close()
                continue
            with self._lock:
                if listener not in self._sockets:
                    near.close()
                    far.close()
                    return
                self._sockets += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass
