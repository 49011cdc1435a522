"""What a person waits for: a child process of its own that looks at files, never queued behind the reading.

The process of the interface opens no file of a project. The child may hang, crash or be killed by what is in
a file: then that is said in a sentence, and another child is started for the next question.
"""
