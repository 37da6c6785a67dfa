"""What the Python interface is made of, below its functions: corpora, pictures, other names."""
