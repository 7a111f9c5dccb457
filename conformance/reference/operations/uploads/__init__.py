"""Operations on multipart uploads and their parts."""
